import type { Clock } from '@mdevkit/core';
import { failure } from '../../../errors/index.js';
import type { SpdmLimits } from './limits.js';

/** What {@link SpdmLimits.totalMs} and {@link SpdmLimits.totalRetries} are of: each call, or all of a connection. */
export type PatienceScope = 'call' | 'connection';

/**
 * What a device may take in all, however many requests a call needs: each of them alone may be asked again, and a device
 * that hands out its chain byte by byte and is busy before each of them would keep its requester for hours.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #limits: SpdmLimits;
  readonly #scope: PatienceScope;
  #retries = 0;
  #until: number;

  constructor(clock: Clock, limits: SpdmLimits, scope: PatienceScope = 'call') {
    this.#clock = clock;
    this.#limits = limits;
    this.#scope = scope;
    this.#until = clock.now() + limits.totalMs;
  }

  /** A call begins. */
  begin(): void {
    if (this.#scope === 'call') {
      this.#retries = 0;
      this.#until = this.#clock.now() + this.#limits.totalMs;
    }
  }

  /** Whether a request may be sent once more; counts those that may. */
  retry(): boolean {
    this.#retries += 1;
    return this.#retries <= this.#limits.totalRetries;
  }

  /** There is time left, also after another `ms`. @throws MdevError ETIMEDOUT `doe.spdm-time-limit` */
  check(ms = 0): void {
    if (this.#clock.now() + ms >= this.#until) {
      throw failure('doe.spdm-time-limit', { milliseconds: this.#limits.totalMs });
    }
  }
}
