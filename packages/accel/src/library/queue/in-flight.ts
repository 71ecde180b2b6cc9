import type { JobBuffer } from './job-buffer.js';
import type { JobResult } from '../job/result.js';

/** A job that the device has. */
export interface Pending {
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: unknown) => void;
  /** What the job occupies of the queue's memory. */
  readonly start: number;
  readonly size: number;
  readonly outputAt: number;
  readonly outputBytes: number;
  /** Key material. */
  readonly secretAt: number;
  readonly secretBytes: number;
  readonly buffer: JobBuffer | undefined;
}

const INDEX_BITS = 12;
const INDEX_MASK = (1 << INDEX_BITS) - 1;

/**
 * The jobs that the device has, by tag. A tag is an index below the limit and a serial number, so a completion
 * that comes twice, or for nothing, finds no job.
 */
export class InFlight {
  readonly limit: number;
  readonly #jobs: (Pending | undefined)[];
  readonly #tags: number[];
  readonly #freeIndexes: number[];
  #serial = 0;
  #size = 0;

  /** `limit` is 4096 at the most. */
  constructor(limit: number) {
    this.limit = limit;
    this.#jobs = new Array<Pending | undefined>(limit).fill(undefined);
    this.#tags = new Array<number>(limit).fill(0);
    this.#freeIndexes = Array.from({ length: limit }, (_, index) => limit - 1 - index);
  }

  get size(): number {
    return this.#size;
  }

  get full(): boolean {
    return this.#size === this.limit;
  }

  /** Keeps a job and gives it a tag. There must be room. */
  add(pending: Pending): number {
    const index = this.#freeIndexes.pop();
    if (index === undefined) {
      throw new RangeError(`more than ${this.limit} jobs in flight`);
    }
    this.#serial += 1;
    const tag = ((this.#serial << INDEX_BITS) | index) >>> 0;
    this.#jobs[index] = pending;
    this.#tags[index] = tag;
    this.#size += 1;
    return tag;
  }

  /** Takes the job of a tag out, or gives undefined if no job has it. */
  take(tag: number): Pending | undefined {
    const index = tag & INDEX_MASK;
    const pending = this.#jobs[index];
    if (pending === undefined || this.#tags[index] !== tag) {
      return undefined;
    }
    this.#jobs[index] = undefined;
    this.#freeIndexes.push(index);
    this.#size -= 1;
    return pending;
  }

  /** Takes all jobs out. */
  takeAll(): readonly Pending[] {
    const all: Pending[] = [];
    this.#jobs.forEach((pending, index) => {
      if (pending !== undefined) {
        all.push(pending);
        this.take(this.#tags[index] ?? 0);
      }
    });
    return all;
  }
}
