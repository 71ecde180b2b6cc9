import type { Clock } from '@mdevkit/core';

/** Timers of one owner, which go with it. */
export class Delays implements Disposable {
  readonly #clock: Clock;
  readonly #timers = new Map<Disposable, (() => void) | undefined>();
  #disposed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back when the time has come, and never once this is disposed. */
  after(milliseconds: number, callback: () => void): void {
    this.#schedule(milliseconds, callback, undefined);
  }

  /** Resolves when the time has come, and at once when this is disposed. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#schedule(milliseconds, resolve, resolve);
    });
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const [timer, given] of this.#timers) {
      timer[Symbol.dispose]();
      given?.();
    }
    this.#timers.clear();
  }

  #schedule(milliseconds: number, callback: () => void, onDispose: (() => void) | undefined): void {
    if (this.#disposed) {
      onDispose?.();
      return;
    }
    const timer = this.#clock.schedule(milliseconds, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.set(timer, onDispose);
  }
}
