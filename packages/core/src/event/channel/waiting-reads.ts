import type { ReadTarget } from '../descriptor-operations.js';

/** A read that waits for an event. */
export interface WaitingRead {
  readonly target: ReadTarget;
  readonly resolve: (length: number) => void;
  readonly reject: (error: unknown) => void;
  next: WaitingRead | undefined;
}

/** Reads that wait for an event, in the order in which they came. */
export class WaitingReads {
  #first: WaitingRead | undefined;
  #last: WaitingRead | undefined;

  add(target: ReadTarget): Promise<number> {
    return new Promise((resolve, reject) => {
      const read: WaitingRead = { target, resolve, reject, next: undefined };
      if (this.#last === undefined) {
        this.#first = read;
      } else {
        this.#last.next = read;
      }
      this.#last = read;
    });
  }

  take(): WaitingRead | undefined {
    const read = this.#first;
    if (read !== undefined) {
      this.#first = read.next;
      if (read.next === undefined) {
        this.#last = undefined;
      }
    }
    return read;
  }

  /** Answers all of them with an error. */
  rejectAll(makeError: () => Error): void {
    for (let read = this.take(); read !== undefined; read = this.take()) {
      read.reject(makeError());
    }
  }
}
