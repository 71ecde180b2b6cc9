import type { Logger } from '@mdevkit/core';
import { featureName, type DoeObjectId } from '../../abi/object/index.js';
import type { DoeFeature, DoeFeatureSpec, DoeRequester } from '../feature/index.js';

/** Who may ask a feature: the side of the registers, nobody, or one grant. */
export type FeatureOwner = 'registers' | 'nobody' | DoeRequester;

/** How a feature looks to the registers while it is not theirs. */
export type Withheld = 'hidden' | 'error';

/** One feature of an instance: whose it is now, and whether it may be told to forget. */
export class FeatureEntry implements DoeObjectId {
  readonly vendor: number;
  readonly type: number;
  readonly feature: DoeFeature;
  readonly defaultOwner: 'registers' | 'nobody';
  readonly defaultWithheld: Withheld;
  owner: FeatureOwner;
  withheld: Withheld;
  readonly #logger: Logger;
  #isCalled = false;
  /** A reset that waits for the end of a call. */
  #isDue = false;
  #isGone = false;

  constructor(
    { feature, owner = 'registers', withheld = 'hidden' }: DoeFeatureSpec,
    logger: Logger,
  ) {
    // Once: what a feature is called does not change while it is there.
    this.vendor = feature.vendor;
    this.type = feature.type;
    this.feature = feature;
    this.defaultOwner = owner;
    this.defaultWithheld = withheld;
    this.owner = owner;
    this.withheld = withheld;
    this.#logger = logger;
  }

  get name(): string {
    return featureName(this);
  }

  /** Whether discovery shows it to the registers. */
  get isListed(): boolean {
    return this.owner === 'registers' || this.withheld === 'error';
  }

  isOwnedBy(requester: DoeRequester): boolean {
    return requester.kind === 'grant' ? this.owner === requester : this.owner === 'registers';
  }

  /** A call begins; there is none under way. */
  begin(): void {
    this.#isCalled = true;
  }

  /** The call has settled: a reset that came meanwhile is made up for, before anybody asks again. */
  end(): void {
    this.#isCalled = false;
    if (this.#isDue) {
      this.reset();
    }
  }

  /** Has the feature forget, as soon as no call of it is under way. What it throws is logged. */
  reset(): void {
    this.#isDue = this.#isCalled;
    if (!this.#isCalled && !this.#isGone) {
      this.#attempt('reset', () => this.feature.reset?.());
    }
  }

  /** Idempotent; also while a call is under way. What the feature throws is logged. */
  dispose(): void {
    if (!this.#isGone) {
      this.#isGone = true;
      this.#attempt('dispose', () => this.feature[Symbol.dispose]?.());
    }
  }

  #attempt(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#logger.error('a DOE feature failed', { feature: this.name, what, error });
    }
  }
}
