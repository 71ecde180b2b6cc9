/**
 * Time, as the core and every device model see it. Injected, so that a test moves it by hand.
 *
 * Times are milliseconds of a monotonic clock with an arbitrary origin.
 */
export interface Clock {
  now(): number;
  /** Runs `callback` once, `delay` ms from now at the earliest. Disposing cancels it. */
  schedule(delay: number, callback: () => void): Disposable;
}

export const Clock: unique symbol = Symbol.for('@mdevkit/core/Clock');
