import type { ReadTarget } from '../descriptor-operations.js';

/** What reads take their events from. */
export interface ReadSource {
  /** 0 if {@link ReadSource.deliver} would find nothing. */
  poll(): number;
  /**
   * One event into `target`: its bytes, or 0 if there is none. A promise, which does not reject, says when to ask again for
   * this reader; until then it is its turn.
   */
  deliver(target: ReadTarget): number | Promise<unknown>;
  /** A turn is over, by an error too. */
  turned(): void;
  /** The error of a read that does not wait. */
  empty(): Error;
}

interface WaitingRead {
  readonly target: ReadTarget;
  readonly nonBlocking: boolean;
  readonly resolve: (bytes: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The readers of one source. They take turns in the order of their coming, so that each gets an event of its own; one that
 * waits for an event does not keep others from theirs. A read that does not wait still waits for its turn while a driver is
 * asked for an event, as it would for a mutex; it never waits for an event.
 */
export class ReadQueue {
  readonly #source: ReadSource;
  readonly #waiting = new Set<WaitingRead>();
  #busy = false;
  #woken = false;
  readonly #run = (): void => {
    this.#woken = false;
    this.#serve();
  };

  constructor(source: ReadSource) {
    this.#source = source;
  }

  /** Synchronous if there is an event, it is nobody else's turn, and the source answers at once. */
  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number> {
    if (this.#busy || (this.#waiting.size > 0 && this.#source.poll() !== 0)) {
      return this.#enqueue(target, nonBlocking);
    }
    let got: number | Promise<unknown>;
    try {
      got = this.#turn(target);
    } finally {
      this.wake();
    }
    if (typeof got !== 'number') {
      return this.#enqueue(target, nonBlocking, got);
    }
    if (got > 0) {
      return got;
    }
    if (nonBlocking) {
      throw this.#source.empty();
    }
    return this.#enqueue(target, false);
  }

  /**
   * There may be an event. Readers that wait get it soon, but not in the middle of this call: who makes an event need not
   * have finished with it.
   */
  wake(): void {
    if (this.#waiting.size > 0 && !this.#busy && !this.#woken) {
      this.#woken = true;
      queueMicrotask(this.#run);
    }
  }

  /** Ends every read, also that whose turn it is. */
  rejectAll(error: () => Error): void {
    for (const read of this.#waiting) {
      this.#reject(read, error());
    }
  }

  /** @param turn - its turn has begun already */
  #enqueue(target: ReadTarget, nonBlocking: boolean, turn?: Promise<unknown>): Promise<number> {
    return new Promise((resolve, reject) => {
      const read: WaitingRead = { target, nonBlocking, resolve, reject };
      this.#waiting.add(read);
      if (turn === undefined) {
        this.wake();
      } else {
        this.#follow(read, turn);
      }
    });
  }

  #serve(): void {
    while (!this.#busy) {
      const [read] = this.#waiting;
      if (read === undefined) {
        return;
      }
      if (this.#turnOf(read) === 0) {
        this.#refuseNonBlocking();
        return;
      }
    }
  }

  /** The turn of a read that waits, and its answer if there is one. Undefined for an error. */
  #turnOf(read: WaitingRead): number | Promise<unknown> | undefined {
    try {
      const got = this.#turn(read.target);
      if (typeof got !== 'number') {
        this.#follow(read, got);
      } else if (got > 0 && this.#waiting.delete(read)) {
        read.resolve(got);
      }
      return got;
    } catch (error) {
      this.#reject(read, error);
      return undefined;
    }
  }

  #turn(target: ReadTarget): number | Promise<unknown> {
    this.#busy = true;
    let got: number | Promise<unknown> = 0;
    try {
      got = this.#source.deliver(target);
    } finally {
      if (typeof got === 'number') {
        this.#busy = false;
        this.#source.turned();
      }
    }
    return got;
  }

  /** Asks in the very turn in which the event is there, so that who closes the queue comes before that or after it. */
  #follow(read: WaitingRead, drawn: Promise<unknown>): void {
    void drawn.then(() => {
      void this.#turnOf(read);
      this.#serve();
    });
  }

  #refuseNonBlocking(): void {
    for (const read of this.#waiting) {
      if (read.nonBlocking) {
        this.#reject(read, this.#source.empty());
      }
    }
  }

  #reject(read: WaitingRead, error: unknown): void {
    if (this.#waiting.delete(read)) {
      read.reject(error);
    }
  }
}
