import type { Iova } from '@mdevkit/core';
import {
  COMPLETION_BODY_BYTES,
  COMPLETION_ENTRY_BYTES,
  COMPLETION_PHASE,
  CompletionEntry,
  ringAdvance,
  ringDistance,
  ringIndex,
  ringPhase,
  type StatusCode,
} from '../../abi/index.js';
import { iovaAt } from './iova-range.js';
import type { QueueDma } from './services.js';

/** How a job ended. */
export interface Completion {
  readonly tag: number;
  readonly status: StatusCode;
  readonly produced: number;
  readonly consumed: number;
}

/** The device's end of a completion ring. It never overwrites an entry that was not acknowledged. */
export class CompletionRing {
  readonly #base: Iova;
  readonly #depthLog2: number;
  readonly #bytes = new Uint8Array(COMPLETION_ENTRY_BYTES);
  readonly #body = this.#bytes.subarray(0, COMPLETION_BODY_BYTES);
  readonly #last = this.#bytes.subarray(COMPLETION_BODY_BYTES);
  readonly #entry = CompletionEntry.view().at(new DataView(this.#bytes.buffer));
  #head = 0;
  #tail = 0;

  constructor(base: Iova, depthLog2: number) {
    this.#base = base;
    this.#depthLog2 = depthLog2;
  }

  /** Entries posted so far, modulo 2^32. */
  get tail(): number {
    return this.#tail;
  }

  get full(): boolean {
    return ringDistance(this.#head, this.#tail) === 1 << this.#depthLog2;
  }

  /** The head doorbell. False if it acknowledges entries that were never posted, or takes some back. */
  acknowledge(head: number): boolean {
    if (ringDistance(this.#head, head) > ringDistance(this.#head, this.#tail)) {
      return false;
    }
    this.#head = head;
    return true;
  }

  /**
   * Writes an entry; the ring must not be full. The word with the phase goes last, because the client may look
   * while it is written. Throws what `dma` throws; nothing was posted then.
   */
  post(dma: QueueDma, completion: Completion, submissionHead: number): void {
    const entry = this.#entry;
    entry.tag = completion.tag;
    entry.sq_head = submissionHead;
    entry.produced = completion.produced;
    entry.consumed = completion.consumed;
    entry.status = completion.status;
    entry.flags = ringPhase(this.#tail, this.#depthLog2) === 1 ? COMPLETION_PHASE : 0;
    const index = ringIndex(this.#tail, this.#depthLog2);
    const at = iovaAt(this.#base, index * COMPLETION_ENTRY_BYTES);
    dma.write(at, this.#body);
    dma.write(iovaAt(at, COMPLETION_BODY_BYTES), this.#last);
    this.#tail = ringAdvance(this.#tail, 1);
  }
}
