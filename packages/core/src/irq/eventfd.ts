import { failure } from '../errors/index.js';
import { trackDisposable, trackReleased } from '../lifecycle/index.js';
import type { IrqSource, IrqTarget } from './target.js';

/**
 * An eventfd without a descriptor: a counter that one side signals and the other reads, for clients in
 * the same process. It may be a target (the device signals) or a source (the client signals).
 *
 * Three ways to receive, of which a user picks one: {@link LocalEventfd.read} without waiting, a callback
 * by {@link LocalEventfd.subscribe}, or `for await`, which yields how many signals came since the last turn
 * and ends when the eventfd is disposed.
 *
 * Source: eventfd(2).
 */
export class LocalEventfd implements IrqTarget, IrqSource, Disposable {
  #count = 0;
  #closed = false;
  readonly #waiting: (() => void)[] = [];
  readonly #subscribers = new Set<{ readonly callback: () => void }>();

  constructor() {
    trackDisposable(this);
  }

  signal(): void {
    if (this.#closed) {
      return;
    }
    if (this.#subscribers.size > 0) {
      for (const { callback } of this.#subscribers) {
        callback();
      }
      return;
    }
    this.#count += 1;
    this.#wakeReaders();
  }

  /** Returns the count and sets it to zero. Throws EAGAIN when it is zero. */
  read(): number {
    const count = this.#count;
    if (count === 0) {
      throw failure('eventfd.empty');
    }
    this.#count = 0;
    return count;
  }

  subscribe(callback: () => void): Disposable {
    const entry = { callback };
    this.#subscribers.add(entry);
    if (this.#count > 0) {
      this.#count = 0;
      callback();
    }
    return { [Symbol.dispose]: () => void this.#subscribers.delete(entry) };
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<number> {
    while (!this.#closed) {
      if (this.#count > 0) {
        yield this.read();
      } else {
        await new Promise<void>((resolve) => {
          this.#waiting.push(resolve);
        });
      }
    }
  }

  [Symbol.dispose](): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#subscribers.clear();
      trackReleased(this);
      this.#wakeReaders();
    }
  }

  #wakeReaders(): void {
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  }
}
