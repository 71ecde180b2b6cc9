import { toDisposable, type Clock } from '@mdevkit/core';
import type { Turnstile } from './turnstile.js';

interface Timer {
  readonly at: number;
  readonly due: () => void;
}

/**
 * A clock that stands still until it is moved. What becomes due waits for its turn as everybody does: timers fire in any
 * order, and others may come in between; a `Clock` promises no more than that none fires too early.
 */
export class RaceClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();
  readonly #turnstile: Turnstile;

  constructor(turnstile: Turnstile) {
    this.#turnstile = turnstile;
  }

  /** Milliseconds since the race began. */
  now(): number {
    return this.#now;
  }

  schedule(delay: number, callback: () => void): Disposable {
    const { actor } = this.#turnstile;
    let cancel: () => void;
    const handle = toDisposable(() => {
      cancel();
    });
    const fire = (): void => {
      handle[Symbol.dispose]();
      callback();
    };
    const timer: Timer = {
      at: this.#now + delay,
      due: () => {
        this.#timers.delete(timer);
        cancel = this.#turnstile.enter(`timer of ${delay} ms fires`, fire, actor);
      },
    };
    this.#timers.add(timer);
    cancel = () => this.#timers.delete(timer);
    return handle;
  }

  /**
   * Moves time on. What is due then fires later, each in a turn of its own. Throws a RangeError for what is no time, and for
   * time that goes back.
   */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0 && milliseconds < Infinity)) {
      throw new RangeError(`a clock moves on by 0 ms or more, not by ${milliseconds}`);
    }
    this.#now += milliseconds;
    for (const timer of [...this.#timers]) {
      if (timer.at <= this.#now) {
        timer.due();
      }
    }
  }
}
