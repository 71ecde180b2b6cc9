import type { MdevError } from '@mdevkit/core';
import { failure } from '../../errors/index.js';

/** Something that is to be done with the registers; `cancel` is aborted when nobody wants the result any more. */
export type Job<T> = (cancel: AbortSignal) => Promise<T>;

interface Entry {
  begin(): Promise<void>;
  fail(error: MdevError): void;
}

/**
 * One job after the other, in the order in which they came. Who gives up is told at once, whether or not his job has begun; the
 * next job begins when that one has let go of the registers.
 *
 * Source: Linux drivers/pci/doe.c, alloc_ordered_workqueue.
 */
export class ExchangeQueue {
  readonly #waiting: Entry[] = [];
  #running: Entry | undefined;
  #work: Promise<void> = Promise.resolve();

  /** Rejects with what the job throws, and with `doe.cancelled` as soon as `signal` is aborted. */
  run<T>(job: Job<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        throw failure('doe.cancelled', {}, signal.reason);
      }
      const controller = new AbortController();
      const giveUp = (): void => {
        entry.fail(failure('doe.cancelled', {}, signal?.reason));
        this.#leave(entry);
      };
      const entry: Entry = {
        begin: async () => {
          await job(controller.signal).then(resolve, reject);
          signal?.removeEventListener('abort', giveUp);
        },
        fail: (error) => {
          signal?.removeEventListener('abort', giveUp);
          reject(error);
          controller.abort();
        },
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(entry);
      this.#next();
    });
  }

  /** Fails the job that runs and all that wait. The queue must not be given more. */
  close(error: MdevError): void {
    this.#running?.fail(error);
    for (const entry of this.#waiting.splice(0)) {
      entry.fail(error);
    }
  }

  /** Settles when the job that runs now has let go of the registers. */
  get work(): Promise<void> {
    return this.#work;
  }

  #next(): void {
    if (this.#running === undefined) {
      this.#running = this.#waiting.shift();
      this.#work = this.#running === undefined ? this.#work : this.#follow(this.#running);
    }
  }

  async #follow(entry: Entry): Promise<void> {
    await entry.begin();
    this.#running = undefined;
    this.#next();
  }

  #leave(entry: Entry): void {
    const place = this.#waiting.indexOf(entry);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
    }
  }
}
