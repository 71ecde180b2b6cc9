import { toDisposable } from '../lifecycle/index.js';

/**
 * One synchronous event. A listener that throws does not keep the others from being called; what it
 * threw goes to `onError`.
 */
export class Emitter<T> {
  readonly #listeners = new Set<{ readonly listener: (value: T) => void }>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  on(listener: (value: T) => void): Disposable {
    // Wrapped, so that one function registered twice is called twice and removed once.
    const entry = { listener };
    this.#listeners.add(entry);
    return toDisposable(() => {
      this.#listeners.delete(entry);
    });
  }

  fire(value: T): void {
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
