import type { Incoming, Outgoing } from '../wire/index.js';

/** A command on its way, whatever its reply gives. */
export interface Pending {
  readonly command: number;
  /** Lent for the send. */
  readonly descriptors: readonly number[] | undefined;
  /** The server must not answer: it is over as soon as it is sent. */
  readonly posted: boolean;
  /** Of the message; -1 while it is not on its way. */
  id: number;
  /** When the wait for it began, by the clock of the connection. */
  since: number;
  readonly settled: boolean;
  /** Puts the payload together and answers its length. */
  encode(outgoing: Outgoing): number;
  /** It is not sent at once: what belongs to the caller is copied. */
  hold(): void;
  /** Takes its reply, which is valid until this returns. */
  accept(incoming: Incoming): void;
  fail(error: unknown): void;
}

/**
 * One command on its way and its reply. It is a promise only if somebody has to wait for it: a reply that is there at
 * once is taken as it is.
 */
export abstract class Exchange<T> implements Pending {
  abstract readonly command: number;
  readonly descriptors: readonly number[] | undefined = undefined;
  readonly posted: boolean = false;
  id = -1;
  since = 0;
  #state: 'waiting' | 'done' | 'failed' = 'waiting';
  #value: T | undefined;
  #error: unknown;
  #resolve: ((value: T) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  get settled(): boolean {
    return this.#state !== 'waiting';
  }

  abstract encode(outgoing: Outgoing): number;

  hold(): void {
    // Most have nothing of the caller.
  }

  /** Takes the reply apart, which is valid until this returns. Throws `vfio-user.bad-reply`. */
  protected abstract decode(incoming: Incoming): T;

  accept(incoming: Incoming): void {
    let value: T;
    try {
      value = this.decode(incoming);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.complete(value);
  }

  complete(value: T): void {
    if (this.#state === 'waiting') {
      this.#state = 'done';
      this.#value = value;
      this.#resolve?.(value);
    }
  }

  fail(error: unknown): void {
    if (this.#state === 'waiting') {
      this.#state = 'failed';
      this.#error = error;
      this.#reject?.(error);
    }
  }

  /** What came of it, once. Throws, or the promise rejects, with its failure. */
  result(): T | Promise<T> {
    switch (this.#state) {
      case 'done':
        // It was set with the state.
        return this.#value as T;
      case 'failed':
        throw this.#error;
      case 'waiting':
        return new Promise<T>((resolve, reject) => {
          this.#resolve = resolve;
          this.#reject = reject;
        });
    }
  }
}
