import { toDisposable, type Clock } from '@mdevkit/core';
import type { MdevFaults } from '../inject/index.js';
import { sites } from '../table/index.js';

interface Timer {
  /** In the model's time. */
  due: number;
  readonly callback: () => void;
  readonly handle: Disposable;
  running: Disposable | undefined;
}

/** The clock of a model, as a plan has it. What becomes due by a jump runs as soon as the host's clock moves at all. */
export class FaultyClock implements Clock {
  readonly #inner: Clock;
  readonly #faults: MdevFaults;
  /** In the order in which they were made. */
  readonly #timers = new Set<Timer>();

  constructor(inner: Clock, faults: MdevFaults) {
    this.#inner = inner;
    this.#faults = faults;
    faults.onJump(() => {
      this.#jumped();
    });
  }

  now(): number {
    return this.#inner.now() + this.#faults.shift;
  }

  schedule(delay: number, callback: () => void): Disposable {
    this.#faults.enter(sites.schedule);
    const timer: Timer = {
      due: this.now() + delay,
      callback,
      handle: toDisposable(() => {
        this.#timers.delete(timer);
        timer.running?.[Symbol.dispose]();
      }),
      running: undefined,
    };
    this.#timers.add(timer);
    this.#start(timer, delay);
    return timer.handle;
  }

  #start(timer: Timer, delay: number): void {
    timer.running = this.#inner.schedule(delay, () => {
      timer.running = undefined;
      const { delayMs } = this.#faults.meet(sites.fire);
      if (delayMs === undefined) {
        timer.handle[Symbol.dispose]();
        timer.callback();
      } else {
        timer.due = this.now() + delayMs;
        this.#start(timer, delayMs);
      }
    });
  }

  #jumped(): void {
    const now = this.now();
    for (const timer of [...this.#timers].sort((one, other) => one.due - other.due)) {
      // Undefined for the one that is due just now.
      if (timer.running !== undefined) {
        timer.running[Symbol.dispose]();
        this.#start(timer, Math.max(0, timer.due - now));
      }
    }
  }
}
