import { failure } from '../../errors.js';
import { piecesOf, type Piece, type ProtectionDomain } from '../memory/index.js';
import { Ring, type Task, type WorkList } from '../parts/index.js';

export interface ReceiveRequest {
  readonly wrId: bigint;
  readonly pieces: readonly Piece[];
}

export interface ReceiveQueueOptions {
  readonly pd: ProtectionDomain;
  readonly maxWr: number;
  readonly maxSge: number;
  /** Told how many requests are left when one is taken. */
  readonly onTake?: (left: number) => void;
}

/** Requests for what arrives, and the senders at the other ends that wait for one. */
export class ReceiveQueue implements Task {
  readonly pd: ProtectionDomain;
  readonly #work: WorkList;
  readonly #maxSge: number;
  readonly #ring: Ring<ReceiveRequest>;
  readonly #onTake: ((left: number) => void) | undefined;
  readonly #waiting = new Set<Task>();

  constructor(work: WorkList, { pd, maxWr, maxSge, onTake }: ReceiveQueueOptions) {
    this.pd = pd;
    this.#work = work;
    this.#maxSge = maxSge;
    this.#ring = new Ring(maxWr);
    this.#onTake = onTake;
  }

  post(wrId: bigint, packed: Uint8Array): void {
    if (!this.#ring.push({ wrId, pieces: piecesOf(packed, this.#maxSge) })) {
      throw failure('verbs.queue-full', { limit: this.#ring.capacity });
    }
    this.#work.add(this);
  }

  /** Whoever waits goes on, in the order in which they came, while there is a request. */
  run(): void {
    for (const sender of this.#waiting) {
      if (this.#ring.length === 0) {
        return;
      }
      this.#waiting.delete(sender);
      sender.run();
    }
  }

  peek(): ReceiveRequest | undefined {
    return this.#ring.peek();
  }

  take(): ReceiveRequest | undefined {
    const request = this.#ring.shift();
    if (request !== undefined) {
      this.#onTake?.(this.#ring.length);
    }
    return request;
  }

  clear(): void {
    this.#ring.clear();
  }

  wait(sender: Task): void {
    this.#waiting.add(sender);
  }

  unwait(sender: Task): void {
    this.#waiting.delete(sender);
  }

  /** Something else has changed here: the senders find out what. */
  wakeAll(): void {
    const senders = [...this.#waiting];
    this.#waiting.clear();
    for (const sender of senders) {
      this.#work.add(sender);
    }
  }
}
