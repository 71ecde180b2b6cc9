import type { Clock } from '@mdevkit/core';

/**
 * Waits for a promise that does not reject, but not longer than `limitMs`; whether it came. What must not fail waits with
 * this: without a timer it does not wait at all.
 */
export function within(clock: Clock, limitMs: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    let timer: Disposable;
    try {
      timer = clock.schedule(limitMs, () => {
        resolve(false);
      });
    } catch {
      resolve(false);
      return;
    }
    void promise.then(() => {
      timer[Symbol.dispose]();
      resolve(true);
    });
  });
}
