import type { Clock, Logger } from '@mdevkit/core';

/** What a plan has put off. It ends with what it belongs to: a close, a reset, the mdev. */
export class Later {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #timers = new Set<Disposable>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Has no caller any more: what `run` throws is logged. */
  add(ms: number, run: () => unknown): Disposable {
    const timer = this.#clock.schedule(ms, () => {
      this.#timers.delete(timer);
      try {
        const answer = run();
        if (answer instanceof Promise) {
          answer.catch((error: unknown) => {
            this.#report(error);
          });
        }
      } catch (error) {
        this.#report(error);
      }
    });
    this.#timers.add(timer);
    return timer;
  }

  cancelAll(): void {
    for (const timer of this.#timers) {
      timer[Symbol.dispose]();
    }
    this.#timers.clear();
  }

  #report(error: unknown): void {
    this.#logger.warn('what a fault plan put off has failed', { error });
  }
}
