import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '@mdevkit/core';

/** Turns of the event loop that anything may take. */
const TURNS = 32;

/**
 * Waits for what others do, by turns of the event loop: memory that a device writes tells nobody. A wait may take a time of a
 * clock, too: half as long after each that was in vain, so that all of them together take no more than twice that time, and as
 * long as before when one was not.
 */
export class ReplayPatience {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #leftMs: number;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#leftMs = limitMs;
  }

  /** Whether `isThere` became true. */
  async until(isThere: () => boolean): Promise<boolean> {
    const end = this.#clock.now() + this.#leftMs;
    for (let turns = 0; turns < TURNS || this.#clock.now() < end; turns += 1) {
      if (isThere()) {
        this.#leftMs = turns === 0 ? this.#leftMs : this.#limitMs;
        return true;
      }
      await turn();
    }
    this.#leftMs /= 2;
    return isThere();
  }

  /** Lets others do what they are about to do. */
  async round(): Promise<void> {
    for (let turns = 0; turns < TURNS; turns += 1) {
      await turn();
    }
  }
}
