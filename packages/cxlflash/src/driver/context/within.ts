import type { Clock } from '@mdevkit/core';

/** Waits for a promise that does not reject, but not longer than `limitMs`; whether it came. */
export function within(clock: Clock, limitMs: number, promise: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.schedule(limitMs, () => {
      resolve(false);
    });
    void promise.then(() => {
      timer[Symbol.dispose]();
      resolve(true);
    });
  });
}
