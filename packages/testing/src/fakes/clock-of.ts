import { toDisposable, type Clock } from '@mdevkit/core';

/** Longer ones end at once, also where timers are faked. Source: Node.js, Timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What is asked of fake timers: those of sinon are such. */
export interface FakeTimers<T> {
  /** Milliseconds. */
  readonly now: number;
  setTimeout(callback: () => void, delay: number): T;
  clearTimeout(timer: T): void;
}

/**
 * The `Clock` that fake timers drive: `tick` and its kin move the device's time along with everybody else's. Where the time
 * of the device alone is to be moved, take the core's `ManualClock`.
 *
 * @example
 * const timers = sinon.useFakeTimers();
 * const host = new MdevHost({ clock: clockOf(timers) });
 * await timers.tickAsync(10_000);
 */
export function clockOf<T>(timers: FakeTimers<T>): Clock {
  return {
    now: () => timers.now,
    schedule: (delay, callback) => schedule(timers, delay, callback),
  };
}

function schedule<T>(timers: FakeTimers<T>, delay: number, callback: () => void): Disposable {
  let timer: T;
  const handle = toDisposable(() => {
    timers.clearTimeout(timer);
  });
  const wait = (remaining: number): void => {
    // Fake timers stand on whole milliseconds, and would cut off a fraction: too early.
    const slice = Math.min(Math.ceil(remaining), LONGEST_TIMER_MS);
    timer = timers.setTimeout(() => {
      if (remaining > slice) {
        wait(remaining - slice);
      } else {
        handle[Symbol.dispose]();
        callback();
      }
    }, slice);
  };
  wait(delay);
  return handle;
}
