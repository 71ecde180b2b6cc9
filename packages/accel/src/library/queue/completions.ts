import type { MdevError } from '@mdevkit/core';
import { Status } from '../../abi/index.js';
import { statusError, type JobResult } from '../job/result.js';
import type { CompletionReader } from './completion-reader.js';
import type { InFlight, Pending } from './in-flight.js';
import type { QueueMemory } from './queue-memory.js';
import type { QueueTally } from './statistics.js';

const nothing = new Uint8Array(0);

/**
 * Takes completions out of the ring and settles their jobs. Everything in a completion comes from the device,
 * which may be wrong: a tag that no job has, or more output than there is room for, is a violation.
 */
export class Completions {
  readonly #memory: QueueMemory;
  readonly #jobs: InFlight;
  readonly #tally: QueueTally;

  constructor(memory: QueueMemory, jobs: InFlight, tally: QueueTally) {
    this.#memory = memory;
    this.#jobs = jobs;
    this.#tally = tally;
  }

  /**
   * Settles all that the ring holds; returns how many. Calls `violation` with a tag and stops there; the job of
   * that tag, if there is one, rejects with what it returns.
   */
  drain(reader: CompletionReader, violation: (tag: number) => MdevError): number {
    let count = 0;
    while (reader.next()) {
      const { tag, produced, consumed, status } = reader.entry;
      const pending = this.#jobs.take(tag);
      if (pending === undefined || produced > pending.outputBytes) {
        const error = violation(tag);
        if (pending !== undefined) {
          this.release(pending);
          pending.reject(error);
        }
        return count;
      }
      count += 1;
      this.#settle(pending, status, produced, consumed);
    }
    return count;
  }

  /** Gives back what a job occupied. */
  release(pending: Pending): void {
    if (pending.secretBytes > 0) {
      this.#memory.window(pending.secretAt, pending.secretBytes).fill(0);
    }
    if (pending.size > 0) {
      this.#memory.extents.free(pending.start, pending.size);
    }
    pending.buffer?.end();
  }

  #settle(pending: Pending, status: number, produced: number, consumed: number): void {
    const output = status === Status.OK ? this.#output(pending, produced) : nothing;
    const result: JobResult = { status, output, consumed, error: statusError(status) };
    this.#tally.jobs += 1;
    this.#tally.failed += status === Status.OK ? 0 : 1;
    this.#tally.bytesOut += output.length;
    this.release(pending);
    pending.resolve(result);
  }

  #output({ buffer, outputAt }: Pending, produced: number): Uint8Array {
    const found = this.#memory.window(outputAt, produced);
    return buffer === undefined ? found.slice() : found;
  }
}
