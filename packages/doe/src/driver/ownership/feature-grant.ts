import { trackDisposable, trackReleased } from '@mdevkit/core';
import { featureName } from '../../abi/object/index.js';
import type { DoeRequester } from '../feature/index.js';
import type { FeatureEntry, FeatureOwner, Withheld } from './feature-entry.js';

/** To whom a feature is granted, and what the registers see of it meanwhile. */
export interface FeatureGrantOptions {
  /** The holder of the grant, the registers, or nobody at all. */
  readonly to: 'client' | 'registers' | 'nobody';
  /** That of the feature without it. */
  readonly withheld?: Withheld | undefined;
  /** The grant was taken away, by somebody else than its holder. */
  readonly onRevoked?: () => void;
}

/** What a grant needs of the table that made it. */
export interface GrantHome {
  /** Gives the feature back to its default owner. */
  giveBack(grant: FeatureGrant): void;
}

/**
 * A feature that is somebody's for a time. Disposing it gives the feature back to its default owner; exchanges in flight
 * fail with EIO `doe.revoked`.
 */
export class FeatureGrant implements Disposable {
  readonly entry: FeatureEntry;
  readonly options: FeatureGrantOptions;
  /** Who asks on behalf of it. */
  readonly requester: DoeRequester;
  readonly #home: GrantHome;
  #isOver = false;

  constructor(entry: FeatureEntry, options: FeatureGrantOptions, home: GrantHome) {
    this.entry = entry;
    this.options = options;
    this.requester = { name: `the grant of ${featureName(entry)}`, kind: 'grant' };
    this.#home = home;
    trackDisposable(this);
  }

  /** Given back, or taken away. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get owner(): FeatureOwner {
    const { to } = this.options;
    return to === 'client' ? this.requester : to;
  }

  /** For the table: nothing is granted by it any more. */
  end(): void {
    this.#isOver = true;
    trackReleased(this);
  }

  [Symbol.dispose](): void {
    if (!this.#isOver) {
      this.#home.giveBack(this);
    }
  }
}
