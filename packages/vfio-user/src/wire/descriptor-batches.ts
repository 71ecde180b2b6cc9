import { closeSync } from 'node:fs';

interface Batch {
  /** Where the read that brought it ended in the buffer. */
  end: number;
  readonly fds: number[];
  /** Some were lost on the way or refused, or there were too many: none can be trusted to be the right one. */
  readonly spoilt: boolean;
}

/**
 * Descriptors that came with bytes which have not been taken apart yet. Those of one read belong to the last message that
 * starts before its end: Linux ends a read after the send that carried descriptors (net/unix/af_unix.c,
 * unix_stream_read_generic), so no later message can be in it, but earlier ones can.
 */
export class DescriptorBatches implements Disposable {
  readonly #limit: number;
  readonly #batches: Batch[] = [];
  #pending = 0;

  /** `limit` is how many one message may carry. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Takes ownership of what a read brought that ended at `end`, and closes it if `refused`. */
  add(end: number, fds: readonly number[], refused: boolean): void {
    // Reads happen only while no whole message is there, so all that is pending belongs to one message but this batch.
    const spoilt = refused || this.#pending > this.#limit || fds.length > this.#limit;
    if (spoilt) {
      closeAll(fds);
    }
    const kept = spoilt ? [] : [...fds];
    this.#pending += kept.length;
    this.#batches.push({ end, fds: kept, spoilt });
    if (this.#batches.length > this.#limit) {
      this.#merge();
    }
  }

  /**
   * Moves what belongs to the message that ends at `end` to `into`. False if they cannot be given: some were lost, or
   * there were more than the limit; `into` is empty then.
   */
  claim(end: number, into: number[]): boolean {
    let intact = true;
    let first = this.#batches[0];
    while (first !== undefined && first.end <= end) {
      this.#batches.shift();
      this.#pending -= first.fds.length;
      into.push(...first.fds);
      intact &&= !first.spoilt;
      first = this.#batches[0];
    }
    if (!intact || into.length > this.#limit) {
      closeAll(into.splice(0));
      return false;
    }
    return true;
  }

  /** The bytes have been moved to the front by `distance`. */
  move(distance: number): void {
    for (const batch of this.#batches) {
      batch.end -= distance;
    }
  }

  [Symbol.dispose](): void {
    for (const { fds } of this.#batches.splice(0)) {
      closeAll(fds);
    }
    this.#pending = 0;
  }

  /** A message in many pieces with descriptors on each: it can only be refused, and the list must not grow. */
  #merge(): void {
    const end = this.#batches.at(-1)?.end ?? 0;
    this[Symbol.dispose]();
    this.#batches.push({ end, fds: [], spoilt: true });
  }
}

/** Closes descriptors that nobody takes. */
export function closeAll(fds: readonly number[]): void {
  for (const fd of fds) {
    closeSync(fd);
  }
}
