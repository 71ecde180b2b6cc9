import type { Clock } from '@mdevkit/core';

/** How a server waits for the next message of a client that is busy. */
export interface PollingOptions {
  /** Receives in vain at the most before the event loop is asked instead; 0 always asks it. Default 100. */
  readonly maxSpins?: number;
  /** Milliseconds after which the event loop gets its turn, however much there is to do. Default 2. */
  readonly turnMs?: number;
}

const DEFAULT_MAX_SPINS = 100;
const DEFAULT_TURN_MS = 2;
/** So many are always tried if any: a message that comes at once shows that it pays. */
const FEWEST_SPINS = 4;
/** What a receive in vain takes, roughly. */
const SPIN_MS = 0.0005;

/**
 * Decides how often a socket is asked again after a message before the event loop is, which takes several microseconds
 * to come back. The number grows when messages come soon after each other, and shrinks when they do not.
 */
export class AdaptivePolling {
  readonly turnMs: number;
  readonly #clock: Clock;
  readonly #max: number;
  readonly #min: number;
  /** Receives in vain that are allowed now, and that are left of them. */
  #limit: number;
  #left: number;
  #sleptAt = Number.NEGATIVE_INFINITY;

  /** Throws RangeError for numbers that are none of these. */
  constructor(clock: Clock, options: PollingOptions = {}) {
    const { maxSpins = DEFAULT_MAX_SPINS, turnMs = DEFAULT_TURN_MS } = options;
    if (!Number.isInteger(maxSpins) || maxSpins < 0) {
      throw new RangeError(`maxSpins is ${maxSpins}: it must be a whole number, 0 or more`);
    }
    if (!(turnMs > 0)) {
      throw new RangeError(`turnMs is ${turnMs}: it must be more than 0`);
    }
    this.turnMs = turnMs;
    this.#clock = clock;
    this.#max = maxSpins;
    this.#min = Math.min(FEWEST_SPINS, maxSpins);
    this.#limit = this.#min;
    this.#left = this.#limit;
  }

  /** Receives in vain that are allowed after the next message. */
  get limit(): number {
    return this.#limit;
  }

  /** The event loop has told of a message: it would have been found by spinning, or not. */
  wake(): void {
    const now = this.#clock.now();
    const pays = now - this.#sleptAt <= this.#max * SPIN_MS;
    this.#limit = pays
      ? Math.min(this.#max, this.#limit * 2)
      : Math.max(this.#min, this.#limit >> 1);
    this.#left = this.#limit;
  }

  /** A message was there. */
  found(): void {
    const used = this.#limit - this.#left;
    if (used * 2 > this.#limit) {
      this.#limit = Math.min(this.#max, this.#limit * 2);
    }
    this.#left = this.#limit;
  }

  /** No message was there. Whether to look once more. */
  again(): boolean {
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.#sleptAt = this.#clock.now();
    return false;
  }
}
