import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '@mdevkit/core';

/** Turns of the event loop that anything may take. */
const TURNS = 32;

/**
 * Waits for what others do, by turns of the event loop: memory that a device writes tells nobody. So long as a wait has not
 * been in vain, one may take a time of a clock, too.
 */
export class ReplayPatience {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #isExhausted = false;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Whether `isThere` became true. */
  async until(isThere: () => boolean): Promise<boolean> {
    const end = this.#clock.now() + (this.#isExhausted ? 0 : this.#limitMs);
    for (let turns = 0; turns < TURNS || this.#clock.now() < end; turns += 1) {
      if (isThere()) {
        return true;
      }
      await turn();
    }
    this.#isExhausted = true;
    return isThere();
  }
}
