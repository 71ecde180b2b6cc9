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
  /** In the order of their numbers. */
  readonly #subscribers = new Set<{ readonly number: number; readonly callback: () => void }>();
  #nextNumber = 0;

  constructor() {
    trackDisposable(this);
  }

  /** Calls every subscriber, also when one throws; what was thrown comes through when all were called. */
  signal(): void {
    if (this.#closed) {
      return;
    }
    if (this.#subscribers.size > 0) {
      this.#callSubscribers();
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
    const entry = { number: this.#nextNumber++, callback };
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

  /** Whoever subscribes meanwhile is not called yet: a set would come to it, too. */
  #callSubscribers(): void {
    const end = this.#nextNumber;
    let errors: unknown[] | undefined;
    for (const { number, callback } of this.#subscribers) {
      if (number >= end) {
        break;
      }
      try {
        callback();
      } catch (error) {
        (errors ??= []).push(error);
      }
    }
    if (errors !== undefined) {
      throw errors.length === 1
        ? errors[0]
        : new AggregateError(errors, 'several subscribers failed');
    }
  }

  #wakeReaders(): void {
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  }
}
