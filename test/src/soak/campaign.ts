import { MdevError, MdevHost, SystemClock } from '@mdevkit/core';
import { FaultInjector, Random } from '@mdevkit/testing';
import { bounded, ended, type Ending, type Patience } from './bounded.js';
import { planOf } from './faults.js';
import { allLoads, type Load, type Round } from './loads/index.js';
import { add, Tally } from './tally.js';
import { inProcess, OverVfioUser } from './ways.js';

/** Milliseconds of a round before its devices are taken away, and again before it counts as hanging. */
const PATIENCE_MS = 15_000;
/** The same when a fault has come: a lost interrupt may well be the end of a round. */
const PATIENCE_WITH_FAULTS_MS = 1000;

const WAYS = ['in process', 'vfio-user'] as const;
const FAULTS = ['none', 'honest', 'lying', 'none'] as const;

export interface CampaignOptions {
  readonly seed: number;
  /** Only these loads, all without it. Throws RangeError for a name that none has. */
  readonly only?: readonly string[] | undefined;
}

/** What a round is made of. */
interface Draw {
  readonly n: number;
  readonly random: Random;
  readonly load: Load;
  readonly way: (typeof WAYS)[number];
  readonly faults: Round['faults'];
  /** The faults of the round; with none there is nobody to inject them. */
  readonly injector: FaultInjector | undefined;
}

/**
 * Rounds of mixed load. What round `n` of a seed and the same loads does is always the same, but for the order in which the
 * system runs it.
 */
export class Campaign {
  readonly tally = new Tally();
  readonly #clock = new SystemClock();
  readonly #seed: number;
  readonly #loads: readonly Load[];

  constructor({ seed, only }: CampaignOptions) {
    const loads = allLoads();
    const unknown = only?.find((wanted) => !loads.some(({ name }) => name === wanted));
    if (unknown !== undefined) {
      const names = loads.map(({ name }) => name).join(', ');
      throw new RangeError(`there is no load ${unknown}; there are: ${names}`);
    }
    this.#seed = seed;
    this.#loads = loads
      .filter(({ name }) => only?.includes(name) ?? true)
      .flatMap((load) => Array.from({ length: load.weight }, () => load));
  }

  /** Never rejects: what goes wrong is a problem of the tally. */
  async round(n: number): Promise<void> {
    const draw = this.#draw(n);
    const { load, way, injector } = draw;
    const tally = this.tally.of(load.name, way);
    tally.rounds += 1;
    try {
      const ending = await this.#run(draw);
      if (ending === 'given-up') {
        tally.givenUp += 1;
        if (injector === undefined || injector.injected === 0) {
          throw new Error('the round did not end by itself, and no fault was injected');
        }
      }
    } catch (error) {
      // Only a fault that really came explains an error, and none explains another kind of error.
      if (isExcused(error) && injector !== undefined && injector.injected > 0) {
        tally.refused += 1;
        this.tally.error(error);
      } else {
        this.#problem(draw, error);
      }
    }
    for (const { did } of injector?.log ?? []) {
      this.tally.fault(did.fault);
    }
  }

  #draw(n: number): Draw {
    const random = new Random((this.#seed ^ Math.imul(n + 1, 0x9e3779b1)) >>> 0);
    const load = this.#loads[random.below(this.#loads.length)];
    if (load === undefined) {
      throw new RangeError('there are no loads');
    }
    const way = load.isLocal === true ? WAYS[0] : (WAYS[random.below(WAYS.length)] ?? WAYS[0]);
    const drawn = FAULTS[random.below(FAULTS.length)] ?? 'none';
    const faults = load.isFragile === true ? 'none' : drawn;
    const injector = faults === 'none' ? undefined : new FaultInjector(planOf(faults, random));
    return { n, random, load, way, faults, injector };
  }

  async #run(draw: Draw): Promise<Ending> {
    const { injector } = draw;
    const host = new MdevHost({ interposers: injector === undefined ? [] : [injector] });
    try {
      return await this.#runIn(host, draw);
    } finally {
      await this.#end(draw, 'the host', host.close());
    }
  }

  async #runIn(host: MdevHost, draw: Draw): Promise<Ending> {
    const { load, random, faults } = draw;
    const { done } = this.tally.of(load.name, draw.way);
    await host.load(await load.driver());
    const way = draw.way === 'in process' ? inProcess(host) : new OverVfioUser(host);
    const did: Round['did'] = (what, count = 1) => {
      add(done, what, count);
    };
    try {
      return await bounded(load.run({ way, random, faults, did }), this.#patience(draw), () =>
        host.close(),
      );
    } finally {
      await this.#end(draw, 'the way', Promise.resolve(way[Symbol.asyncDispose]()));
    }
  }

  #patience({ injector }: Draw): Patience {
    const clock = this.#clock;
    if (injector === undefined) {
      return { clock, milliseconds: PATIENCE_MS };
    }
    let turns = PATIENCE_MS / PATIENCE_WITH_FAULTS_MS;
    return {
      clock,
      milliseconds: PATIENCE_WITH_FAULTS_MS,
      goesOn: () => injector.injected === 0 && turns-- > 0,
    };
  }

  /** What cannot be ended is a problem, whatever faults there were, and does not hide how the round itself ended. */
  async #end(draw: Draw, what: string, end: Promise<void>): Promise<void> {
    try {
      await ended(what, end, { clock: this.#clock, milliseconds: PATIENCE_MS });
    } catch (error) {
      this.#problem(draw, error);
    }
  }

  #problem({ n, load, way, faults }: Draw, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.tally.problems.push({ load: load.name, way, faults, round: n, error: text });
  }
}

/** A driver that throws something else than it should, or answers nonsense, does so whatever happens to it. */
function isExcused(error: unknown): error is MdevError {
  return MdevError.is(error) && !error.reason.startsWith('model.');
}
