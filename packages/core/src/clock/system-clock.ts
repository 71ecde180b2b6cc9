import { toDisposable } from '../lifecycle/index.js';
import type { Clock } from './clock.js';

/** The longest wait of the platform's timer in ms; a longer one would end at once. Source: Node.js, Timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The platform's own time: the default leaf of a host, and the only place of the core with a timer. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  schedule(delay: number, callback: () => void): Disposable {
    let timer: NodeJS.Timeout;
    const handle = toDisposable(() => {
      clearTimeout(timer);
    });
    const wait = (remaining: number): void => {
      const slice = Math.min(remaining, LONGEST_TIMER_MS);
      timer = setTimeout(() => {
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
}
