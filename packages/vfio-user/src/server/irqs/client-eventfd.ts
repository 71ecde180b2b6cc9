import type { IrqSource, IrqTarget } from '@mdevkit/core';
import { EventFd } from '@mdevkit/linux';

/**
 * An eventfd of the client that lives as long as its binding to an interrupt: what the interrupt signals, or what
 * unmasks it when the client signals.
 */
export class ClientEventFd implements IrqTarget, IrqSource, Disposable {
  readonly #eventfd: EventFd;
  readonly #onReleased: (eventfd: ClientEventFd) => void;
  #released = false;

  /** Owns the descriptor from now on. Throws EINVAL for one that is no eventfd, which stays the caller's. */
  constructor(fd: number, onReleased: (eventfd: ClientEventFd) => void) {
    this.#eventfd = EventFd.adopt(fd);
    this.#onReleased = onReleased;
  }

  signal(): void {
    this.#eventfd.signal();
  }

  unbound(): void {
    this[Symbol.dispose]();
  }

  /** The end of the subscription is the end of the binding. */
  subscribe(callback: () => void): Disposable {
    const subscription = this.#eventfd.subscribe(callback);
    return {
      [Symbol.dispose]: () => {
        subscription[Symbol.dispose]();
        this[Symbol.dispose]();
      },
    };
  }

  [Symbol.dispose](): void {
    if (!this.#released) {
      this.#released = true;
      this.#eventfd[Symbol.dispose]();
      this.#onReleased(this);
    }
  }
}
