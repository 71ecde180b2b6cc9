import type { Logger } from '../../log/index.js';

/** Counts and logs what a driver's callbacks do wrong. */
export class DriverFaults {
  readonly #logger: Logger;
  #count = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get count(): number {
    return this.#count;
  }

  report(callback: string, error: unknown): void {
    this.#count += 1;
    this.#logger.error('a callback of the AFU driver failed', { callback, error });
  }
}
