import { trackDisposable, trackReleased } from './tracking.js';

/**
 * Owns disposables and releases them in reverse order of their addition. Adding to a store that is
 * already disposed releases the addition at once, so that a late arrival cannot leak.
 *
 * One release that throws does not keep the others from running: the errors are collected and
 * thrown together as an `AggregateError` (a single one as itself) when all have run.
 */
export class DisposableStore implements Disposable {
  readonly #owned: Disposable[] = [];
  #disposed = false;

  constructor() {
    trackDisposable(this);
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Takes ownership and returns its argument. */
  add<T extends Disposable>(disposable: T): T {
    if (this.#disposed) {
      disposable[Symbol.dispose]();
    } else {
      this.#owned.push(disposable);
    }
    return disposable;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) {
      return;
    }
    this.#disposed = true;
    trackReleased(this);
    const errors: unknown[] = [];
    for (let owned = this.#owned.pop(); owned !== undefined; owned = this.#owned.pop()) {
      try {
        owned[Symbol.dispose]();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) {
      throw errors[0];
    }
    if (errors.length > 1) {
      throw new AggregateError(errors, 'several releases failed');
    }
  }
}
