import { toDisposable } from '../../lifecycle/index.js';

/** Ends waits that only a client can end, when there is no client any more. */
export class EndSignal {
  readonly #waits = new Set<() => void>();
  #isFired = false;

  /** Resolves when all of them have, or when the signal is fired. They must not reject. */
  async wait(promises: readonly Promise<void>[]): Promise<void> {
    if (this.#isFired) {
      return;
    }
    let end: () => void = () => undefined;
    const fired = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#waits.add(end);
    await Promise.race([Promise.all(promises), fired]);
    this.#waits.delete(end);
  }

  /** Calls back when the signal is fired, or at once if it was; not after the result was disposed. Must not throw. */
  on(callback: () => void): Disposable {
    if (this.#isFired) {
      callback();
      return toDisposable(() => undefined);
    }
    // Of its own, so that one function may be given twice.
    const once = (): void => {
      callback();
    };
    this.#waits.add(once);
    return toDisposable(() => {
      this.#waits.delete(once);
    });
  }

  fire(): void {
    this.#isFired = true;
    for (const end of this.#waits) {
      this.#waits.delete(end);
      end();
    }
  }
}
