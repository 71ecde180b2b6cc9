import { toDisposable } from '@mdevkit/core';
import { failure } from '../errors.js';

/** Runs a release once: when its owner has ended and the last pin has gone. */
export class Hold {
  readonly #release: () => void;
  #pins = 0;
  #ended = false;

  constructor(release: () => void) {
    this.#release = release;
  }

  /** Whether the owner has ended; pins may still be there. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Throws `linux.released` after the end. */
  pin(): Disposable {
    if (this.#ended) {
      throw failure('linux.released');
    }
    this.#pins++;
    return toDisposable(() => {
      this.#pins--;
      this.#releaseIfFree();
    });
  }

  end(): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#releaseIfFree();
    }
  }

  #releaseIfFree(): void {
    if (this.#ended && this.#pins === 0) {
      this.#release();
    }
  }
}
