import { median, ofRuns, type Benchmark, type Measurement } from './measurement.js';
import { alone } from './measure.js';

export const MACHINE_LOOP = 'machine.loop';

/** Runs of each visit; a run is the median of so many loops. */
const RUNS = 5;
const LOOPS = 401;
/** Loops after which the engine has compiled it for good. */
const WARM_UP = 3000;
const STEPS = 4096;
/** Words that stay in the nearest cache of a core. */
const WORDS = 1024;

/**
 * One fixed loop, which no change of this repository makes faster or slower: how fast the machine was. It is visited before and
 * after each benchmark, so that it has seen the same load as they have.
 */
export class MachineLoop implements Benchmark {
  readonly name = 'machine';
  readonly measures = [alone(MACHINE_LOOP)];
  readonly #words = Uint32Array.from({ length: WORDS }, (_, i) => Math.imul(i, 2654435761));
  readonly #runs: number[] = [];
  /** Kept, so that no loop can be left out. */
  #sum = 0;

  constructor() {
    for (let i = 0; i < WARM_UP; i++) {
      this.#sum = steps(this.#words, this.#sum);
    }
  }

  visit(): void {
    for (let run = 0; run < RUNS; run++) {
      const times: number[] = [];
      for (let i = 0; i < LOOPS; i++) {
        const begin = performance.now();
        this.#sum = steps(this.#words, this.#sum);
        times.push((performance.now() - begin) * 1e6);
      }
      this.#runs.push(median(times));
    }
  }

  /** What all visits gave; there has been one. */
  run(): Promise<readonly Measurement[]> {
    return Promise.resolve([ofRuns(MACHINE_LOOP, 'ns', this.#runs)]);
  }
}

/**
 * Six chains of additions, multiplications, shifts and reads of a near cache, none of which waits for another: as the paths
 * that are measured do, it needs all of a core, and notices when another thread has the core's other half.
 */
function steps(words: Uint32Array, seed: number): number {
  let [a, b, c, d, e, f] = [seed | 1, seed ^ 2, seed ^ 3, seed ^ 4, seed ^ 5, seed ^ 6];
  for (let i = 0; i < STEPS; i++) {
    a = (Math.imul(a, 1664525) + wordAt(words, i)) | 0;
    b = ((b ^ (b << 3)) + i) | 0;
    c = (c + wordAt(words, i + 7)) | 0;
    d = (Math.imul(d, 22695477) + 1) | 0;
    e = (e >>> 1) ^ i;
    f = (f + (wordAt(words, i + 511) & 0xff)) | 0;
  }
  return a ^ b ^ c ^ d ^ e ^ f;
}

function wordAt(words: Uint32Array, index: number): number {
  return words[index & (WORDS - 1)] ?? 0;
}
