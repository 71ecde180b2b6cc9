import type { Iova } from '@mdevkit/core';
import { ringAdvance, ringDistance, ringIndex, SUBMISSION_ENTRY_BYTES } from '../../abi/index.js';
import { iovaAt } from './iova-range.js';
import type { QueueDma } from './services.js';

/** The device's end of a submission ring: takes entries out of the client's memory, in order. */
export class SubmissionRing {
  readonly #base: Iova;
  readonly #depthLog2: number;
  #head = 0;
  #tail = 0;

  constructor(base: Iova, depthLog2: number) {
    this.#base = base;
    this.#depthLog2 = depthLog2;
  }

  /** Entries fetched so far, modulo 2^32. */
  get head(): number {
    return this.#head;
  }

  /** Entries announced and not fetched. */
  get pending(): number {
    return ringDistance(this.#head, this.#tail);
  }

  /** The tail doorbell. False if it claims more entries than the ring holds, or takes some back. */
  announce(tail: number): boolean {
    const entries = ringDistance(this.#head, tail);
    if (entries > 1 << this.#depthLog2 || entries < this.pending) {
      return false;
    }
    this.#tail = tail;
    return true;
  }

  /**
   * Copies up to `limit` entries that lie side by side into `into` and returns how many. Throws what `dma` throws;
   * nothing is fetched then.
   */
  fetch(dma: QueueDma, into: Uint8Array, limit: number): number {
    const index = ringIndex(this.#head, this.#depthLog2);
    const room = Math.floor(into.length / SUBMISSION_ENTRY_BYTES);
    const count = Math.min(this.pending, limit, room, (1 << this.#depthLog2) - index);
    const bytes = count * SUBMISSION_ENTRY_BYTES;
    dma.read(iovaAt(this.#base, index * SUBMISSION_ENTRY_BYTES), into.subarray(0, bytes));
    this.#head = ringAdvance(this.#head, count);
    return count;
  }
}
