import { toDisposable } from '../lifecycle/index.js';
import type { Clock } from './clock.js';

interface Timer {
  readonly at: number;
  readonly handle: Disposable;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved by hand: for tests, and for programs that step a device. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  /** Timers that are neither due nor cancelled. */
  get pendingCount(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  schedule(delay: number, callback: () => void): Disposable {
    const handle = toDisposable(() => {
      this.#timers.delete(timer);
    });
    const timer: Timer = { at: this.#now + delay, handle, callback };
    this.#timers.add(timer);
    return handle;
  }

  /** Moves time on and runs what becomes due, in the order of its time. Throws RangeError for what is no step forwards. */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) {
      throw new RangeError(`time moves on by 0 or more, not by ${milliseconds}`);
    }
    const end = this.#now + milliseconds;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      timer.handle[Symbol.dispose]();
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (next === undefined || timer.at < next.at)) {
        next = timer;
      }
    }
    return next;
  }
}
