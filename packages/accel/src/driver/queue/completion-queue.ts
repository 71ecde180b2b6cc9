import type { CompletionRing, Completion } from './completion-ring.js';
import type { QueueDma } from './services.js';

/** A completion ring with what waits for room in it, in order. */
export class CompletionQueue {
  readonly #ring: CompletionRing;
  readonly #dma: QueueDma;
  readonly #held: Completion[] = [];

  constructor(ring: CompletionRing, dma: QueueDma) {
    this.#ring = ring;
    this.#dma = dma;
  }

  /** Completions that found the ring full. */
  get held(): number {
    return this.#held.length;
  }

  /** Entries posted so far, modulo 2^32. */
  get tail(): number {
    return this.#ring.tail;
  }

  /** See {@link CompletionRing.acknowledge}. */
  acknowledge(head: number): boolean {
    return this.#ring.acknowledge(head);
  }

  /** Posts a completion behind those that wait, or lets it wait, too. Returns how many were posted. */
  push(completion: Completion, submissionHead: number): number {
    this.#held.push(completion);
    return this.flush(submissionHead);
  }

  /** Posts what waits, as far as there is room. Throws what DMA throws. */
  flush(submissionHead: number): number {
    let posted = 0;
    for (const completion of this.#held) {
      if (this.#ring.full) {
        break;
      }
      this.#ring.post(this.#dma, completion, submissionHead);
      posted += 1;
    }
    this.#held.splice(0, posted);
    return posted;
  }
}
