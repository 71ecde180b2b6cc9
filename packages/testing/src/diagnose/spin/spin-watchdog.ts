import {
  Emitter,
  type ClientCall,
  type InterposedMdev,
  type Interposer,
  type Interposition,
} from '@mdevkit/core';
import { observe, type RegionNames } from '../names/index.js';
import { MdevWatch } from './mdev-watch.js';
import { spinLine } from './spin-lines.js';
import type { Spin } from './spin.js';

/** Rounds of a loop that make it a spin, without a limit of one's own. */
const DEFAULT_LIMIT = 1000;
/** Spins that are kept after they are over. */
const MOST_SPINS = 1000;

export interface SpinWatchdogOptions {
  /** How often the same reads come in a row until it is told: 2 or more, 1000 without it. */
  readonly limit?: number;
  /** Names and fields of registers, where the model does not say. */
  readonly names?: RegionNames;
}

/**
 * Tells of clients that wait by reading for something that does not happen: the same register with the same value again and
 * again, or up to four registers in turn, and nothing else in between. It stands around all mdevs of a host. Each spin is
 * told once.
 *
 * What a client reads with no model in between (a mapped region) cannot be seen.
 *
 * @example
 * const watchdog = new SpinWatchdog({ limit: 100 });
 * using _ = watchdog.onSpin((spin) => log(spinLine(spin)));
 * await using host = new MdevHost({ interposers: [watchdog] });
 */
export class SpinWatchdog implements Interposer {
  readonly #limit: number;
  readonly #names: RegionNames;
  // What a listener throws has nothing to do with the client's read.
  readonly #spins = new Emitter<Spin>(() => undefined);
  readonly #watches = new Set<MdevWatch>();
  readonly #over: Spin[] = [];

  /** Throws RangeError for a limit below 2. */
  constructor({ limit = DEFAULT_LIMIT, names = {} }: SpinWatchdogOptions = {}) {
    if (!Number.isSafeInteger(limit) || limit < 2) {
      throw new RangeError(`a spin has at least 2 rounds, not ${limit}`);
    }
    this.#limit = limit;
    this.#names = names;
  }

  interpose({ identity, clock }: InterposedMdev): Interposition {
    const watch = new MdevWatch({
      identity,
      clock,
      names: this.#names,
      limit: this.#limit,
      found: (spin) => {
        this.#spins.fire(spin);
      },
      over: (spin) => {
        this.#keep(spin);
      },
    });
    this.#watches.add(watch);
    return {
      model: (inner) => {
        watch.attach(inner);
        return inner;
      },
      call: (call, proceed) =>
        observe(
          proceed,
          (answer) => {
            follow(watch, call, answer);
          },
          () => {
            watch.other();
          },
        ),
      end: () => {
        watch.other();
        this.#watches.delete(watch);
      },
    };
  }

  /**
   * Calls back when a client has read the same for the limit's number of times: from inside the read, so the callback must be
   * short. What it throws is dropped.
   */
  onSpin(callback: (spin: Spin) => void): Disposable {
    return this.#spins.on(callback);
  }

  /** All of them, with their counts until now, those that are over first; the last 1000 of these. */
  report(): readonly Spin[] {
    return [...this.#over, ...[...this.#watches].flatMap(({ current }) => current ?? [])];
  }

  /** A line for each; a single one if there is none. */
  lines(): string[] {
    const spins = this.report();
    return spins.length === 0 ? ['spins: none'] : spins.map(spinLine);
  }

  #keep(spin: Spin): void {
    this.#over.push(spin);
    if (this.#over.length > MOST_SPINS) {
      this.#over.shift();
    }
  }
}

function follow(watch: MdevWatch, call: ClientCall, answer: unknown): void {
  if ((call.kind !== 'read' && call.kind !== 'write') || typeof answer !== 'number') {
    watch.other();
  } else if (call.kind === 'write') {
    watch.other(call, answer);
  } else if (answer > 0) {
    watch.read(call, answer);
  }
}
