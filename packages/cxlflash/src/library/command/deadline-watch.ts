import type { Clock } from '@mdevkit/core';

export interface DeadlineWatchOptions {
  readonly clock: Clock;
  /** The deadline of the oldest command, as the clock counts; undefined if there is none. */
  readonly oldest: () => number | undefined;
  /** Called before the oldest is called late: it may have ended without anybody noticing. */
  readonly look: () => void;
  /** The oldest is late. */
  readonly late: () => void;
}

/** One timer for all commands of a context: nobody is late before the oldest is. It is not stopped when one ends. */
export class DeadlineWatch implements Disposable {
  readonly #options: DeadlineWatchOptions;
  #timer: Disposable | undefined;
  #disposed = false;

  constructor(options: DeadlineWatchOptions) {
    this.#options = options;
  }

  /** There is a command that is late in so many milliseconds, and none that is late earlier but those that are watched. */
  start(milliseconds: number): void {
    if (this.#timer === undefined && !this.#disposed) {
      this.#timer = this.#options.clock.schedule(milliseconds, () => {
        this.#timer = undefined;
        this.#options.look();
        this.#check();
      });
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  #check(): void {
    const { clock, oldest, late } = this.#options;
    const deadline = oldest();
    const left = deadline === undefined ? undefined : deadline - clock.now();
    if (left !== undefined && left > 0) {
      this.start(left);
    } else if (left !== undefined) {
      late();
    }
  }
}
