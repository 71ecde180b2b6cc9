import type { InterposedMdev } from '@mdevkit/core';
import type { FaultAction } from '../plan.js';
import type { Site } from '../table/index.js';
import { injectedError, type InjectedFault } from './injected.js';
import { Later } from './later.js';
import type { Facts, RuleState } from './rule-state.js';
import { calm, Struck } from './struck.js';
import { Link, Pressure } from './troubles.js';

/** What the faults of one mdev need of the injector, and of the mdev. */
export interface MdevFaultsOptions {
  /** As reports name it. */
  readonly name: string;
  readonly rules: readonly RuleState[];
  readonly mdev: Pick<InterposedMdev, 'clock' | 'logger' | 'surpriseRemove'>;
  readonly count: (site: Site) => void;
  readonly report: (fault: InjectedFault) => void;
}

const nothing: Facts = {};

/** All that a plan does to one mdev: asked at every call, it answers what happens to it. */
export class MdevFaults {
  readonly later: Later;
  readonly #options: MdevFaultsOptions;
  readonly #rules = new Map<Site, readonly RuleState[]>();
  readonly #link = new Link();
  readonly #pressure = new Pressure();
  #shift = 0;
  #onJump: () => void = () => undefined;
  #onAbandoned: () => void = () => undefined;

  constructor(options: MdevFaultsOptions) {
    this.#options = options;
    this.later = new Later(options.mdev.clock, options.mdev.logger);
  }

  /** By how many milliseconds the model's clock is ahead of the host's. */
  get shift(): number {
    return this.#shift;
  }

  get isLinkDown(): boolean {
    return this.#link.isDown(this.#now());
  }

  /** There is one clock, which has to look after its timers. */
  onJump(listener: () => void): void {
    this.#onJump = listener;
  }

  /** There is one that keeps more than timers of what is put off: the interrupts. */
  onAbandoned(listener: () => void): void {
    this.#onAbandoned = listener;
  }

  /** A call is met. What is to happen to it is carried out by the caller. */
  meet(site: Site, facts: Facts = nothing): Struck {
    const { count, name, report } = this.#options;
    count(site);
    let struck = calm;
    for (const state of this.#rulesFor(site)) {
      const nth = state.strike(facts);
      if (nth !== undefined) {
        struck = struck === calm ? new Struck() : struck;
        const { do: did } = state.rule;
        report({ rule: state.number, at: site.point, nth, mdev: name, did });
        this.#apply(did, state, { site, nth, struck });
      }
    }
    return this.#underTrouble(site, struck);
  }

  /** As {@link MdevFaults.meet}, of a call that may fail: throws. */
  enter(site: Site, facts: Facts = nothing): Struck {
    const struck = this.meet(site, facts);
    if (struck.error !== undefined) {
      throw struck.error;
    }
    return struck;
  }

  /** A client asks for a reset or an open, which may still be refused. */
  expectRenewal(): void {
    this.#link.mark();
  }

  /** The device is reset, or opened in reset state: what was put off is abandoned, and a link that was down is up again. */
  renew(): void {
    this.abandon();
    this.#link.bringUp();
  }

  /** What was put off does not come any more. */
  abandon(): void {
    this.later.cancelAll();
    this.#onAbandoned();
  }

  #now(): number {
    return this.#options.mdev.clock.now() + this.#shift;
  }

  #rulesFor(site: Site): readonly RuleState[] {
    let rules = this.#rules.get(site);
    if (rules === undefined) {
      rules = this.#options.rules.filter((state) => state.isFor(site));
      this.#rules.set(site, rules);
    }
    return rules;
  }

  #apply(
    did: FaultAction,
    { number: rule, random }: RuleState,
    { site, nth, struck }: { readonly site: Site; readonly nth: number; readonly struck: Struck },
  ): void {
    switch (did.fault) {
      case 'fail':
        struck.fail(injectedError(did.errno, { rule, point: site.point, nth }));
        break;
      case 'drop':
        struck.isLost = true;
        break;
      case 'duplicate':
        struck.isDouble = true;
        break;
      case 'delay':
      case 'stall':
        struck.delay(did.ms);
        break;
      case 'corrupt':
        struck.corrupt(did.bits ?? 1, random);
        break;
      case 'shorten':
        struck.shorten(did.to);
        break;
      case 'remove':
        void this.#options.mdev.surpriseRemove();
        break;
      case 'link-down':
        this.#link.takeDown(this.#now() + (did.ms ?? Number.POSITIVE_INFINITY), { rule, nth });
        break;
      case 'clock-jump':
        this.#shift += did.ms;
        this.#onJump();
        break;
      case 'memory-pressure':
        this.#pressure.begin(did.calls ?? Number.POSITIVE_INFINITY, { rule, nth });
        break;
    }
  }

  /** What an earlier fault means for this call. */
  #underTrouble(site: Site, before: Struck): Struck {
    let struck = before;
    if (site.allocates && this.#pressure.refuses()) {
      struck = struck === calm ? new Struck() : struck;
      struck.fail(injectedError('ENOMEM', { ...this.#pressure.culprit, point: site.point }));
    }
    const culprit = site.withoutLink === undefined ? undefined : this.#link.culprit(this.#now());
    if (culprit !== undefined) {
      struck = struck === calm ? new Struck() : struck;
      if (site.withoutLink === 'lost') {
        struck.isLost = true;
      } else {
        struck.fail(injectedError('EIO', { ...culprit, point: site.point }));
      }
    }
    return struck;
  }
}
