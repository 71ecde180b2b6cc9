import type { Clock, LogFields, Logger } from '@mdevkit/core';

/** So many lines in so many milliseconds: enough to see what is wrong, and no way to fill a disk. */
const LINES = 10;
const PERIOD_MS = 10_000;

/** Warnings that a client can cause as often as it likes. */
export class LimitedLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  #since = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #suppressed = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  warn(message: string, fields: LogFields): void {
    const now = this.#clock.now();
    if (now - this.#since >= PERIOD_MS) {
      this.#since = now;
      this.#lines = 0;
    }
    if (this.#lines >= LINES) {
      this.#suppressed++;
      return;
    }
    this.#lines++;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    this.#logger.warn(message, suppressed === 0 ? fields : { ...fields, suppressed });
  }
}
