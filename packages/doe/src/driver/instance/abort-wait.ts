import type { Clock } from '@mdevkit/core';
import type { DoeExchange } from '../feature/ports.js';

/**
 * How long an abort takes: until the feature that was asked has settled, but no longer than its limit.
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

  constructor(clock: Clock, milliseconds: number, ended: () => void) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#ended = ended;
  }

  /** Calls `ended` once, unless it is stopped. */
  start(exchange: DoeExchange, unsettled: Promise<void>): void {
    this.#timer = this.#clock.schedule(this.#milliseconds, () => {
      this.#end();
    });
    if (this.#watched === exchange) {
      return;
    }
    this.#watched = exchange;
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
