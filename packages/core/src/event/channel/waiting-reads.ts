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
      this.#append({ target, resolve, reject, next: undefined });
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

  /** Answers those with an error that would read into these. */
  reject(targets: ReadonlySet<ReadTarget>, makeError: () => Error): void {
    let read = this.#first;
    this.#first = undefined;
    this.#last = undefined;
    while (read !== undefined) {
      const { next } = read;
      if (targets.has(read.target)) {
        read.reject(makeError());
      } else {
        this.#append(read);
      }
      read = next;
    }
  }

  /** Answers all of them with an error. */
  rejectAll(makeError: () => Error): void {
    for (let read = this.take(); read !== undefined; read = this.take()) {
      read.reject(makeError());
    }
  }

  #append(read: WaitingRead): void {
    read.next = undefined;
    if (this.#last === undefined) {
      this.#first = read;
    } else {
      this.#last.next = read;
    }
    this.#last = read;
  }
}
