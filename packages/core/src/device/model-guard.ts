import type { Clock } from '../clock/index.js';
import { failure, MdevError } from '../errors/index.js';
import { safeLogger, type Logger } from '../log/index.js';

/**
 * Stands between the core and a device model: whatever a handler throws becomes an MdevError, and a promise
 * that it returns is waited for with an end. `cancelAll` wakes every waiter when the device goes.
 */
export class ModelGuard {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #deadlineMs: number;
  readonly #waiting = new Set<(error: MdevError) => void>();

  constructor(clock: Clock, logger: Logger, deadlineMs: number) {
    this.#clock = clock;
    this.#logger = safeLogger(logger);
    this.#deadlineMs = deadlineMs;
  }

  /** An error of the model as the client sees it: an MdevError as it is, anything else as EIO. */
  wrap(what: string, error: unknown): MdevError {
    if (MdevError.is(error)) {
      return error;
    }
    this.#logger.error('a handler of the device failed', { handler: what, error });
    return failure('model.threw', { handler: what }, error);
  }

  /**
   * Waits for a model's promise: rejects with EIO when it rejects, with ETIMEDOUT when it does not settle
   * in time, and with the error of {@link ModelGuard.cancelAll} when that comes first.
   */
  settle<T>(what: string, promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const deadline = this.#clock.schedule(this.#deadlineMs, () => {
        this.#logger.error('a handler of the device missed its deadline', { handler: what });
        finish(() => {
          reject(failure('model.deadline', { handler: what, deadlineMs: this.#deadlineMs }));
        });
      });
      const cancel = (error: MdevError): void => {
        finish(() => {
          reject(error);
        });
      };
      const finish = (settle: () => void): void => {
        if (this.#waiting.delete(cancel)) {
          deadline[Symbol.dispose]();
          settle();
        }
      };
      this.#waiting.add(cancel);
      promise.then(
        (value) => {
          finish(() => {
            resolve(value);
          });
        },
        (error: unknown) => {
          finish(() => {
            reject(this.wrap(what, error));
          });
        },
      );
    });
  }

  /** Calls a handler that may be asynchronous and waits for it as {@link ModelGuard.settle} does. */
  async call<T>(what: string, run: () => T | Promise<T>): Promise<T> {
    let result: T | Promise<T>;
    try {
      result = run();
    } catch (error) {
      throw this.wrap(what, error);
    }
    return isThenable(result) ? this.settle(what, Promise.resolve(result)) : result;
  }

  /** Rejects every wait that is under way. */
  cancelAll(error: MdevError): void {
    for (const cancel of [...this.#waiting]) {
      cancel(error);
    }
  }
}

/** Any promise, also one of another realm or library. */
export function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
