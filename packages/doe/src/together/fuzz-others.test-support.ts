import { MdevError } from '@mdevkit/core';
import { discoveryId, encodeObject, type DoeObjectId } from '../abi/index.js';
import type { DoeAuxiliaryDevice, DoeInstance, FeatureGrant } from '../driver/index.js';
import type { Random } from '../driver/instance/fuzz-clients.test-support.js';
import type { FuzzedFunction } from './fuzzed-function.test-support.js';

/** An exchange of a grant. */
interface Asked {
  outcomes: number;
  isCancelled: boolean;
  cancel(): void;
}

const UNKNOWN: DoeObjectId = { vendor: 0x6d64, type: 0x77 };

/** Whoever uses a function beside its registers: the control plane with its grants, and a driver with child devices. */
export class FuzzOthers {
  readonly #device: FuzzedFunction;
  readonly #random: Random;
  readonly #grants: FeatureGrant[] = [];
  /** All that was asked and is not over. */
  readonly #asked = new Set<Asked>();
  /** Those of before, too. */
  #children: DoeAuxiliaryDevice[] = [];
  readonly #bound = new Set<DoeAuxiliaryDevice>();
  #registration: Disposable | undefined;
  readonly #waits = new Set<AbortController>();

  constructor(device: FuzzedFunction, random: Random) {
    this.#device = device;
    this.#random = random;
  }

  step(): void {
    switch (this.#random.below(10)) {
      case 0:
        this.#grant();
        break;
      case 1:
        this.#endGrant();
        break;
      case 2:
      case 3:
      case 4:
        this.#ask();
        break;
      case 5:
        this.#cancel();
        break;
      case 6:
        if (this.#registration === undefined || this.#random.below(4) === 0) {
          this.#bind();
        }
        break;
      default:
        this.#exchange();
    }
  }

  /** What discovery shows, by what was granted. */
  listed({ at, features }: DoeInstance): readonly DoeObjectId[] {
    const spec = this.#device.specs.find((each) => each.at === at);
    const shown = (spec?.features ?? []).filter(({ feature, owner, withheld }) => {
      const grant = this.#grants.find(
        ({ entry, isOver }) => !isOver && features.entries.includes(entry) && same(entry, feature),
      );
      const to = grant?.options.to ?? owner ?? 'registers';
      const without = grant?.options.withheld ?? withheld ?? 'hidden';
      return to === 'registers' || without === 'error';
    });
    return [discoveryId, ...shown.map(({ feature }) => feature)];
  }

  /** The device is gone: what is not over yet. */
  leftovers(): string[] {
    const left: string[] = [];
    if (this.#asked.size > 0) {
      left.push(`${this.#asked.size} exchanges of grants`);
    }
    if (this.#waits.size > 0) {
      left.push(`${this.#waits.size} exchanges of children`);
    }
    if (this.#grants.some(({ isOver }) => !isOver)) {
      left.push('a grant');
    }
    return left;
  }

  #instance(): DoeInstance {
    const [first, ...others] = this.#device.model.doe.all;
    const one = this.#random.pick([first, ...others], first);
    if (one === undefined) {
      throw new Error('no instances');
    }
    return one;
  }

  #feature({ features }: Pick<DoeInstance, 'features'>): DoeObjectId {
    const random = this.#random;
    return random.below(12) === 0
      ? random.pick([discoveryId, UNKNOWN], UNKNOWN)
      : random.pick(features.entries, UNKNOWN);
  }

  #grant(): void {
    const random = this.#random;
    const instance = this.#instance();
    try {
      const grant = instance.features.grant(this.#feature(instance), {
        to: random.pick(['client', 'client', 'registers', 'nobody'], 'client'),
        withheld: random.pick([undefined, 'hidden', 'error'], undefined),
        onRevoked: () => {
          this.#device.features.count('revoked');
        },
      });
      this.#device.features.count('granted');
      // Those of before are needed no more, but for asking in vain.
      this.#grants.push(grant);
      if (this.#grants.length > 6) {
        this.#grants.shift()?.[Symbol.dispose]();
      }
    } catch (error) {
      this.#expectRefusal(error);
    }
  }

  #endGrant(): void {
    const random = this.#random;
    if (random.below(3) === 0) {
      const instance = this.#instance();
      const { features } = this.#device;
      const told = features.counts.get('revoked');
      if (
        instance.features.revoke(this.#feature(instance)) &&
        features.counts.get('revoked') === told
      ) {
        features.breaks('the holder of a grant was not told that it is over');
      }
    } else {
      random.pick(this.#grants, undefined)?.[Symbol.dispose]();
    }
  }

  #ask(): void {
    const random = this.#random;
    const grant = random.pick(this.#grants, undefined);
    const instance = this.#device.model.doe.all.find(
      ({ features }) => grant !== undefined && features.entries.includes(grant.entry),
    );
    if (grant === undefined || instance === undefined) {
      return;
    }
    const { features } = this.#device;
    const asked: Asked = { outcomes: 0, isCancelled: false, cancel: () => undefined };
    this.#asked.add(asked);
    const id = random.below(8) === 0 ? this.#feature(instance) : grant.entry;
    const exchange = instance.exchanges.submit(
      grant.requester,
      encodeObject(id, this.#payload()),
      (outcome) => {
        asked.outcomes++;
        features.count(`grant ${outcome.kind}`);
        if (asked.outcomes > 1 || asked.isCancelled) {
          features.breaks(`outcome ${asked.outcomes}, after ${String(asked.isCancelled)}`);
        }
        this.#asked.delete(asked);
      },
    );
    asked.cancel = () => {
      asked.isCancelled = true;
      exchange.cancel();
      this.#asked.delete(asked);
    };
  }

  #cancel(): void {
    const asked = this.#random.pick([...this.#asked], undefined);
    asked?.cancel();
    this.#random.pick([...this.#waits], undefined)?.abort(new Error('enough'));
  }

  #bind(): void {
    if (this.#registration !== undefined) {
      this.release();
      return;
    }
    try {
      this.#registration = this.#device.model.doe.auxiliary.register({
        name: 'fuzz',
        probe: (child) => {
          if (this.#random.below(16) === 0) {
            throw new Error('a driver refuses');
          }
          this.#children.push(child);
          this.#bound.add(child);
          return {
            [Symbol.dispose]: () => {
              this.#bound.delete(child);
              this.#device.features.count('removed');
            },
          };
        },
      });
    } catch (error) {
      this.#expectRefusal(error);
    }
  }

  /** The driver goes; it keeps its children, and asks them in vain. */
  release(): void {
    this.#registration?.[Symbol.dispose]();
    this.#registration = undefined;
    this.#children = this.#children.slice(-2);
  }

  #exchange(): void {
    const random = this.#random;
    const child = random.pick(this.#children, undefined);
    if (child === undefined) {
      return;
    }
    const instance = this.#device.model.doe.at(child.at) ?? this.#instance();
    const { vendor, type } = this.#feature(instance);
    const wait = new AbortController();
    const { features } = this.#device;
    const isGone = !this.#bound.has(child);
    this.#waits.add(wait);
    child
      .exchange(vendor, type, this.#payload(), random.below(2) === 0 ? { signal: wait.signal } : {})
      .then(
        () => {
          features.count('child response');
          if (isGone) {
            features.breaks(`${child.name} answers after its end`);
          }
        },
        (error: unknown) => {
          features.count('child error');
          if (!(error instanceof Error && error.message === 'enough' && wait.signal.aborted)) {
            this.#expectRefusal(error);
          }
        },
      )
      .finally(() => {
        this.#waits.delete(wait);
      });
  }

  #payload(): Uint8Array {
    return new Uint8Array(this.#random.below(24)).fill(this.#random.below(16));
  }

  #expectRefusal(error: unknown): void {
    if (!MdevError.is(error)) {
      this.#device.features.breaks(String(error));
    }
  }
}

function same(a: DoeObjectId, b: DoeObjectId): boolean {
  return a.vendor === b.vendor && a.type === b.type;
}
