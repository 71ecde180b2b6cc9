import { toDisposable } from '../lifecycle/index.js';

/**
 * One synchronous event. A listener that throws does not keep the others from being called; what it threw goes to `onError`.
 * One that is removed meanwhile is not called any more, and one that is added not yet. Firing allocates nothing.
 */
export class Emitter<T> {
  /** In the order of their numbers. Wrapped, so that one function registered twice is called twice and removed once. */
  readonly #entries = new Set<{ readonly number: number; readonly listener: (value: T) => void }>();
  readonly #onError: (error: unknown) => void;
  #nextNumber = 0;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get listenerCount(): number {
    return this.#entries.size;
  }

  on(listener: (value: T) => void): Disposable {
    const entry = { number: this.#nextNumber++, listener };
    this.#entries.add(entry);
    return toDisposable(() => {
      this.#entries.delete(entry);
    });
  }

  fire(value: T): void {
    if (this.#entries.size === 0) {
      return;
    }
    // Whoever adds itself again would be called for ever.
    const end = this.#nextNumber;
    for (const { number, listener } of this.#entries) {
      if (number >= end) {
        return;
      }
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
