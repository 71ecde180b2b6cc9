import type { Clock } from '@mdevkit/core';
import type { DoeExchange } from '../feature/index.js';

/**
 * How long an abort takes: until the feature that was asked has settled, but no longer than its limit, which runs from the
 * first abort of an exchange on, whatever errors a client makes in between.
 *
 * Source: PCI Express Base Specification 6.0, section 6.30.2 (an abort is done within one second).
 */
export class AbortWait {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #ended: () => void;
  /** Present while an abort waits. */
  #timer: Disposable | undefined;
  /** Whose end calls back: once for each exchange, however often a client aborts it. */
  #watched: DoeExchange | undefined;
  /** When the abort of what is watched has waited long enough. */
  #deadline = 0;

  constructor(clock: Clock, milliseconds: number, ended: () => void) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#ended = ended;
  }

  /** Calls `ended` once, at once if the time is over, unless it is stopped. */
  start(exchange: DoeExchange, unsettled: Promise<void>): void {
    if (this.#watched !== exchange) {
      this.#watch(exchange, unsettled);
    }
    const left = this.#deadline - this.#clock.now();
    if (left <= 0) {
      this.#ended();
    } else {
      this.#timer = this.#clock.schedule(left, () => {
        this.#end();
      });
    }
  }

  #watch(exchange: DoeExchange, unsettled: Promise<void>): void {
    this.#watched = exchange;
    this.#deadline = this.#clock.now() + this.#milliseconds;
    void unsettled.then(() => {
      if (this.#watched === exchange) {
        this.#watched = undefined;
        this.#end();
      }
    });
  }

  stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #end(): void {
    if (this.#timer !== undefined) {
      this.stop();
      this.#ended();
    }
  }
}
