import type { IrqSource, IrqTarget } from '@mdevkit/core';
import { EventFd, watch } from '@mdevkit/linux';

/** What the descriptor of one interrupt stands for on this side. Disposing it ends the binding, once. */
export interface IrqBinding extends Disposable {
  /** Lent to the server, which keeps a duplicate. */
  readonly fd: number;
}

/** Signals that are passed on at once; a server that counts further says no more than that. */
const MOST_SIGNALS = 1024;

/** An eventfd goes over as it is; for any other target the signals of an eventfd of ours are passed on. */
export function bindTarget(target: IrqTarget, onError: (error: unknown) => void): IrqBinding {
  if (target instanceof EventFd) {
    return new LentTarget(target);
  }
  return new WatchedTarget(target, onError);
}

/** An eventfd goes over as it is; any other source signals an eventfd of ours. */
export function bindSource(source: IrqSource): IrqBinding {
  if (source instanceof EventFd) {
    return { fd: source.fd, [Symbol.dispose]: () => undefined };
  }
  return new FollowedSource(source);
}

class LentTarget implements IrqBinding {
  readonly fd: number;
  #target: IrqTarget | undefined;

  constructor(target: EventFd) {
    this.fd = target.fd;
    this.#target = target;
  }

  [Symbol.dispose](): void {
    const target = this.#target;
    this.#target = undefined;
    target?.unbound?.();
  }
}

class WatchedTarget implements IrqBinding {
  readonly fd: number;
  readonly #eventfd = EventFd.create();
  readonly #watch: Disposable;
  readonly #onError: (error: unknown) => void;
  #target: IrqTarget | undefined;

  constructor(target: IrqTarget, onError: (error: unknown) => void) {
    this.fd = this.#eventfd.fd;
    this.#target = target;
    this.#onError = onError;
    this.#watch = watch(this.fd, { readable: true }, () => {
      this.#passOn();
    });
  }

  /** What the server has signalled before counts. */
  [Symbol.dispose](): void {
    const target = this.#target;
    if (target === undefined) {
      return;
    }
    this.#watch[Symbol.dispose]();
    this.#passOn();
    this.#target = undefined;
    this.#eventfd[Symbol.dispose]();
    try {
      target.unbound?.();
    } catch (error) {
      this.#onError(error);
    }
  }

  #passOn(): void {
    const count = Math.min(this.#eventfd.read(), MOST_SIGNALS);
    for (let i = 0; i < count; i++) {
      try {
        this.#target?.signal();
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

class FollowedSource implements IrqBinding {
  readonly fd: number;
  readonly #eventfd = EventFd.create();
  readonly #subscription: Disposable;
  #ended = false;

  constructor(source: IrqSource) {
    this.fd = this.#eventfd.fd;
    try {
      this.#subscription = source.subscribe(() => {
        if (!this.#ended) {
          this.#eventfd.signal();
        }
      });
    } catch (error) {
      this.#eventfd[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#subscription[Symbol.dispose]();
      this.#eventfd[Symbol.dispose]();
    }
  }
}
