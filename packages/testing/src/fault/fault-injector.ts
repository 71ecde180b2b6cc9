import { Emitter, type InterposedMdev, type Interposer, type Interposition } from '@mdevkit/core';
import { FaultInterposition } from './around/index.js';
import { MdevFaults, RuleState, type InjectedFault } from './inject/index.js';
import type { FaultPlan, FaultPoint } from './plan.js';
import { parseFaultPlan } from './read/index.js';
import { callPoints, sites, type Site } from './table/index.js';

/** Faults that {@link FaultInjector.log} keeps; those that come later are told to observers, and counted. */
const LOG_LIMIT = 10_000;

export interface FaultInjectorOptions {
  /**
   * Whether a rule counts the calls of all mdevs together, so that its n-th call is one of all. What one mdev meets depends on
   * what the others do then.
   */
  readonly together?: boolean;
}

/**
 * Injects the faults of a plan into every mdev of the hosts that have it among their interposers. The same plan gives the
 * same run: each rule counts, and draws, for each mdev by itself, and mdevs are told apart by their type and their order.
 *
 * @example
 * const injector = new FaultInjector({
 *   seed: 1,
 *   rules: [{ at: 'dma.read', when: { nth: 3 }, do: { fault: 'fail' } }],
 * });
 * await using host = new MdevHost({ interposers: [injector] });
 */
export class FaultInjector implements Interposer {
  readonly #plan: FaultPlan;
  readonly #together: readonly RuleState[] | undefined;
  readonly #log: InjectedFault[] = [];
  readonly #counts = new Map<FaultPoint, number>();
  readonly #mdevs = new Map<string, number>();
  readonly #onInjected = new Emitter<InjectedFault>((error) => {
    throw error;
  });
  #injected = 0;

  /** Throws EINVAL `fault.plan` as {@link parseFaultPlan}. */
  constructor(plan: FaultPlan, { together = false }: FaultInjectorOptions = {}) {
    this.#plan = parseFaultPlan(plan);
    this.#together = together ? this.#statesFor('') : undefined;
    for (const point of [...callPoints, 'any'] as const) {
      this.#counts.set(point, 0);
    }
  }

  /** The first 10,000 of what was injected, in its order. */
  get log(): readonly InjectedFault[] {
    return this.#log;
  }

  /** How many faults were injected. */
  get injected(): number {
    return this.#injected;
  }

  /** How many calls were met, by point, of all mdevs. `any` counts each once, those of `model.create` not. */
  get counts(): ReadonlyMap<FaultPoint, number> {
    return this.#counts;
  }

  /** Calls back for every fault, before it has its effect. */
  onInjected(listener: (fault: InjectedFault) => void): Disposable {
    return this.#onInjected.on(listener);
  }

  interpose(mdev: InterposedMdev): Interposition {
    const { type } = mdev.identity;
    const number = (this.#mdevs.get(type) ?? 0) + 1;
    this.#mdevs.set(type, number);
    const name = `${type}#${number}`;
    const rules = (this.#together ?? this.#statesFor(name)).filter(
      ({ rule: { where } }) => where?.type === undefined || where.type === type,
    );
    const faults = new MdevFaults({
      name,
      rules,
      mdev,
      count: (site) => {
        this.#count(site);
      },
      report: (fault) => {
        this.#report(fault);
      },
    });
    faults.enter(sites.create);
    return new FaultInterposition(faults);
  }

  #statesFor(name: string): readonly RuleState[] {
    const { rules, seed } = this.#plan;
    return rules.map((rule, n) => new RuleState(rule, n, seedOf(`${seed} ${n} ${name}`)));
  }

  #count({ point, points }: Site): void {
    for (const each of points) {
      this.#counts.set(each, (this.#counts.get(each) ?? 0) + 1);
    }
    if (point !== 'model.create') {
      this.#counts.set('any', (this.#counts.get('any') ?? 0) + 1);
    }
  }

  #report(fault: InjectedFault): void {
    this.#injected += 1;
    if (this.#log.length < LOG_LIMIT) {
      this.#log.push(fault);
    }
    this.#onInjected.fire(fault);
  }
}

/** Spreads what a generator is for over its seeds. Source: FNV-1a, draft-eastlake-fnv. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
