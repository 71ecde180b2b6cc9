import { MdevError, MdevHost, SystemClock } from '@mdevkit/core';
import { FaultInjector, Random } from '@mdevkit/testing';
import { bounded } from './bounded.js';
import { planOf } from './faults.js';
import { allLoads, type Load, type Round } from './loads/index.js';
import { add, Tally } from './tally.js';
import { inProcess, OverVfioUser } from './ways.js';

/** Milliseconds of a round before its devices are taken away, and again before it counts as hanging. */
const PATIENCE_MS = 15_000;
/** With faults on, a lost interrupt may well be the end of a round. */
const PATIENCE_WITH_FAULTS_MS = 1000;

const WAYS = ['in process', 'vfio-user'] as const;
const FAULTS = ['none', 'honest', 'lying', 'none'] as const;

export interface CampaignOptions {
  readonly seed: number;
  /** Only these loads; all without it. */
  readonly only?: readonly string[];
}

/** Rounds of mixed load. Round `n` of a seed is always the same, but for the order in which the system runs it. */
export class Campaign {
  readonly tally = new Tally();
  readonly #clock = new SystemClock();
  readonly #seed: number;
  readonly #loads: readonly Load[];

  constructor({ seed, only }: CampaignOptions) {
    this.#seed = seed;
    this.#loads = allLoads()
      .filter(({ name }) => only?.includes(name) ?? true)
      .flatMap((load) => Array.from({ length: load.weight }, () => load));
  }

  /** Never rejects: what goes wrong is a problem of the tally. */
  async round(n: number): Promise<void> {
    const random = new Random((this.#seed ^ Math.imul(n + 1, 0x9e3779b1)) >>> 0);
    const load = this.#loads[random.below(this.#loads.length)];
    const way = WAYS[random.below(WAYS.length)] ?? 'in process';
    const faults = FAULTS[random.below(FAULTS.length)] ?? 'none';
    if (load === undefined) {
      throw new RangeError('there is no such load');
    }
    try {
      await this.#run(load, way, faults, random);
    } catch (error) {
      if (faults !== 'none' && MdevError.is(error)) {
        this.tally.of(load.name, way).refused += 1;
        this.tally.error(error);
        return;
      }
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.tally.problems.push({ load: load.name, way, faults, round: n, error: text });
    }
  }

  async #run(
    load: Load,
    wayName: (typeof WAYS)[number],
    faults: Round['faults'],
    random: Random,
  ): Promise<void> {
    const injector = faults === 'none' ? undefined : new FaultInjector(planOf(faults, random));
    const host = new MdevHost({ interposers: injector === undefined ? [] : [injector] });
    try {
      await host.load(await load.driver());
      const way = wayName === 'in process' ? inProcess(host) : new OverVfioUser(host);
      const tally = this.tally.of(load.name, wayName);
      tally.rounds += 1;
      const did: Round['did'] = (what, count = 1) => {
        add(tally.done, what, count);
      };
      try {
        const ending = await bounded(
          load.run({ way, random, faults, did }),
          faults === 'none' ? PATIENCE_MS : PATIENCE_WITH_FAULTS_MS,
          () => host.close(),
          this.#clock,
        );
        if (ending === 'given-up') {
          tally.givenUp += 1;
          if (faults === 'none') {
            throw new Error('the round did not end by itself');
          }
        }
      } finally {
        await way[Symbol.asyncDispose]();
      }
    } finally {
      await host.close();
      for (const { did } of injector?.log ?? []) {
        this.tally.fault(did.fault);
      }
    }
  }
}
