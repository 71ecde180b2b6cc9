import { Emitter, type Logger, type MdevError } from '@mdevkit/core';
import {
  featureKey,
  featureName,
  isDiscovery,
  isSameObject,
  type DoeObjectId,
} from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import { checkFeatures, type DoeFeatureSpec, type DoeRequester } from '../feature/index.js';
import { FeatureEntry, type FeatureOwner, type Withheld } from './feature-entry.js';
import { FeatureGrant, type FeatureGrantOptions, type GrantHome } from './feature-grant.js';

/**
 * The features of one DOE Capability and whose they are: a grant is data, kept for each vendor and type, and no driver is
 * bound or unbound for it. Discovery is not among them; it is everybody's.
 *
 * A change of owner takes effect at once. Whoever follows the table hears of it after the new owner is known, and the
 * feature forgets all that it knew of the old one: at once, or when the call that is under way has settled.
 */
export class FeatureTable implements GrantHome, Disposable {
  /** In the order of discovery. */
  readonly entries: readonly FeatureEntry[];
  readonly #byKey: ReadonlyMap<number, FeatureEntry>;
  readonly #grants = new Map<FeatureEntry, FeatureGrant>();
  readonly #changes: Emitter<FeatureEntry>;
  readonly #logger: Logger;
  #isGone = false;

  /** @throws RangeError for features that one instance cannot have */
  constructor(features: readonly DoeFeatureSpec[], logger: Logger) {
    checkFeatures(features);
    this.#logger = logger;
    this.entries = features.map((spec) => new FeatureEntry(spec, logger));
    this.#byKey = new Map(this.entries.map((entry) => [featureKey(entry), entry]));
    this.#changes = new Emitter((error) => {
      this.#logger.error('a change of owner was not taken in', { error });
    });
  }

  find(id: DoeObjectId): FeatureEntry | undefined {
    const entry = this.#byKey.get(featureKey(id));
    return entry !== undefined && isSameObject(entry, id) ? entry : undefined;
  }

  /** Called with each feature whose owner has changed. */
  onChange(listener: (entry: FeatureEntry) => void): Disposable {
    return this.#changes.on(listener);
  }

  /**
   * Grants a feature until the grant is disposed.
   *
   * @throws MdevError EPERM `doe.discovery-grant` for discovery, ENOENT `doe.no-feature`, EBUSY `doe.granted` while there is
   *   another grant of it, EIO `doe.gone`
   */
  grant(id: DoeObjectId, options: FeatureGrantOptions): FeatureGrant {
    const feature = featureName(id);
    if (this.#isGone) {
      throw failure('doe.gone', { feature });
    }
    if (isDiscovery(id)) {
      throw failure('doe.discovery-grant', { feature });
    }
    const entry = this.find(id);
    if (entry === undefined) {
      throw failure('doe.no-feature', { feature });
    }
    if (this.#grants.has(entry)) {
      throw failure('doe.granted', { feature });
    }
    const grant = new FeatureGrant(entry, options, this);
    this.#grants.set(entry, grant);
    this.#give(entry, grant.owner, options.withheld ?? entry.defaultWithheld);
    return grant;
  }

  giveBack(grant: FeatureGrant): void {
    grant.end();
    this.#grants.delete(grant.entry);
    const { defaultOwner, defaultWithheld } = grant.entry;
    this.#give(grant.entry, defaultOwner, defaultWithheld);
  }

  /** Takes a grant away from its holder, who is told. Answers whether there was one. */
  revoke(id: DoeObjectId): boolean {
    const entry = this.find(id);
    const grant = entry && this.#grants.get(entry);
    if (grant === undefined) {
      return false;
    }
    this.giveBack(grant);
    this.#tell(grant);
    return true;
  }

  /** The function was reset: every feature forgets. Grants stay. */
  reset(): void {
    for (const entry of this.entries) {
      entry.reset();
    }
  }

  /** Grants end, and then the features, newest to oldest. Nobody may be asking any more. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#isGone) {
      return;
    }
    this.#isGone = true;
    for (const grant of this.#grants.values()) {
      grant.end();
      this.#tell(grant);
    }
    this.#grants.clear();
    for (const entry of [...this.entries].reverse()) {
      entry.dispose();
    }
  }

  #give(entry: FeatureEntry, owner: FeatureOwner, withheld: Withheld): void {
    const before = entry.owner;
    entry.owner = owner;
    entry.withheld = withheld;
    if (before !== owner && !this.#isGone) {
      // Before anybody is told: who hears of it may ask, or grant, at once.
      entry.reset();
      this.#changes.fire(entry);
    }
  }

  #tell({ options, requester }: FeatureGrant): void {
    try {
      options.onRevoked?.();
    } catch (error) {
      this.#logger.error('the end of a grant was not taken in', { grant: requester.name, error });
    }
  }
}

/** Why `requester` may not ask a feature that is not its own. */
export function refusal(requester: DoeRequester, entry: FeatureEntry): MdevError {
  const feature = entry.name;
  return requester.kind === 'grant'
    ? failure('doe.revoked', { feature })
    : failure('doe.withheld', { feature });
}
