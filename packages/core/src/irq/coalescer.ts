import type { Clock } from '../clock/index.js';
import { trackDisposable, trackReleased } from '../lifecycle/index.js';
import type { IrqTarget } from './target.js';

export interface CoalescerOptions {
  /** Signals that are merged into one at the most, 1 or more. */
  readonly maxCount: number;
  /** Milliseconds that the first of them waits at the most. */
  readonly maxDelayMs: number;
  /** Learns what the target threw when the clock passed a signal on; by default nobody does. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Merges signals: passes one on when `maxCount` have come or `maxDelayMs` after the first of them, whichever
 * is earlier. No signal is lost: the last ones always go out, at the latest by the clock. What the target
 * throws reaches whoever signals or flushes; the clock has no such caller, and tells `onError` instead.
 */
export class Coalescer implements IrqTarget, Disposable {
  readonly #target: IrqTarget;
  readonly #clock: Clock;
  readonly #options: CoalescerOptions;
  #count = 0;
  #disposed = false;
  #timer: Disposable | undefined;

  constructor(target: IrqTarget, clock: Clock, options: CoalescerOptions) {
    if (!Number.isInteger(options.maxCount) || options.maxCount < 1) {
      throw new RangeError(`maxCount must be an integer of 1 or more, got ${options.maxCount}`);
    }
    this.#target = target;
    this.#clock = clock;
    this.#options = options;
    trackDisposable(this);
  }

  /** Ignored once the coalescer is disposed. */
  signal(): void {
    if (this.#disposed) {
      return;
    }
    this.#count += 1;
    if (this.#count >= this.#options.maxCount) {
      this.flush();
    } else {
      this.#timer ??= this.#clock.schedule(this.#options.maxDelayMs, () => {
        this.#timer = undefined;
        try {
          this.flush();
        } catch (error) {
          this.#options.onError?.(error);
        }
      });
    }
  }

  /** Passes on what waits, if anything does. */
  flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (this.#count > 0) {
      this.#count = 0;
      this.#target.signal();
    }
  }

  /** Drops what waits: the client that would receive it is gone. */
  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#count = 0;
    this.#disposed = true;
    trackReleased(this);
  }
}
