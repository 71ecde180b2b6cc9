import { toDisposable } from '@mdevkit/core';
import { failure } from '../../errors/index.js';

/**
 * Something that ends a wait: calls back with the reason, once, and at once if it is so already; not after its answer was
 * disposed.
 */
export type Ending = (stop: (reason: Error) => void) => Disposable;

/** What ends one wait, until it is over. */
export class Endings {
  readonly #followed: Disposable[] = [];
  #isOver = false;

  follow(ending: Ending, stop: (reason: Error) => void): void {
    if (!this.#isOver) {
      this.#followed.push(ending(stop));
      this.#leaveIfOver();
    }
  }

  /** Nothing of it is left with what could have ended it. */
  over(): void {
    this.#isOver = true;
    this.#leaveIfOver();
  }

  #leaveIfOver(): void {
    if (this.#isOver) {
      for (const each of this.#followed.splice(0)) {
        each[Symbol.dispose]();
      }
    }
  }
}

/** Ends a wait when a signal is aborted. Nothing of the wait stays with a signal that lives longer. */
export function whenAborted(signal: AbortSignal): Ending {
  return (stop) => {
    const aborted = (): void => {
      stop(signal.reason instanceof Error ? signal.reason : failure('doe.nobody-waits'));
    };
    if (signal.aborted) {
      aborted();
    } else {
      signal.addEventListener('abort', aborted, { once: true });
    }
    return toDisposable(() => {
      signal.removeEventListener('abort', aborted);
    });
  };
}
