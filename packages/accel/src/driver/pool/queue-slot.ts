/**
 * One of the queues that a parent really has. It is lent to one mdev at a time and counts the work of its
 * owner that is under way, also after a reset has made it pointless: threads cannot be called back.
 */
export class QueueSlot {
  /** Number of the queue in the parent. */
  readonly index: number;
  #inFlight = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(index: number) {
    this.index = index;
  }

  /** Jobs under way, abandoned ones included. */
  get inFlight(): number {
    return this.#inFlight;
  }

  begin(): void {
    this.#inFlight += 1;
  }

  end(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) {
      for (const wake of this.#waiting.splice(0)) {
        wake();
      }
    }
  }

  /** Settles when no work is under way. */
  quiet(): Promise<void> {
    if (this.#inFlight === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
