import { failure } from '../../errors.js';
import { QueueSlot } from './queue-slot.js';

/**
 * The queues of one parent. An mdev takes its queues when it is opened and gives them back when its work is
 * quiet, so a slow job of a client that has left cannot slow down the next one.
 *
 * Source: Linux drivers/misc/uacce/uacce.c, uacce_fops_open (get_queue) and uacce_fops_release (put_queue).
 */
export class QueuePool {
  readonly capacity: number;
  readonly #free: QueueSlot[];

  /** `capacity` is the number of queues, 1 or more. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#free = Array.from({ length: capacity }, (_, index) => new QueueSlot(index));
  }

  /** Queues that could be taken now. */
  get available(): number {
    return this.#free.length;
  }

  /** Takes the `count` free queues of the lowest numbers, or none: ENOSPC `accel.no-queues`. */
  take(count: number): readonly QueueSlot[] {
    if (count > this.#free.length) {
      throw failure('accel.no-queues', { wanted: count, free: this.#free.length });
    }
    return this.#free.splice(0, count);
  }

  /** Waits until the queues are quiet, then makes them free again. */
  async putBack(slots: readonly QueueSlot[]): Promise<void> {
    await Promise.all(slots.map((slot) => slot.quiet()));
    this.#free.push(...slots);
    this.#free.sort((a, b) => a.index - b.index);
  }
}
