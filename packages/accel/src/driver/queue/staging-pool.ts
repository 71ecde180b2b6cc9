/** Smallest buffer, and the largest that is kept. */
const SMALLEST = 0x1000;
const LARGEST_KEPT = 0x10_0000;

/**
 * Buffers for the inputs of a queue's jobs, used again and again: a fresh one for each job makes the garbage
 * collector run ten times as often, which costs a third of the throughput of a fast compression.
 */
export class StagingPool {
  readonly #limit: number;
  readonly #free: Uint8Array[] = [];

  /** Keeps up to `limit` buffers. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Buffers that are kept now. */
  get kept(): number {
    return this.#free.length;
  }

  /** A buffer of `length` bytes or more. Its contents are whatever the queue's last job left there. */
  take(length: number): Uint8Array {
    const index = this.#free.findLastIndex((buffer) => buffer.length >= length);
    if (index >= 0) {
      const [buffer] = this.#free.splice(index, 1);
      if (buffer !== undefined) {
        return buffer;
      }
    }
    const size = Math.max(2 ** Math.ceil(Math.log2(Math.max(length, 1))), SMALLEST);
    return Buffer.allocUnsafeSlow(size);
  }

  /** Takes a buffer back that nobody looks at any more. */
  give(buffer: Uint8Array): void {
    if (buffer.length > LARGEST_KEPT) {
      return;
    }
    this.#free.push(buffer);
    if (this.#free.length > this.#limit) {
      this.#free.shift();
    }
  }

  /** Forgets all buffers. */
  clear(): void {
    this.#free.length = 0;
  }
}
