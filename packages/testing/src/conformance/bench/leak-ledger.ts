import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { disposableMade, disposableReleased, trackReleased } from '@mdevkit/core';

/**
 * Which disposables exist that were made since the ledger began: what the core and drivers announce by `trackDisposable`
 * and `trackReleased`.
 */
export class LeakLedger implements Disposable {
  readonly #alive = new Set<object>();
  readonly #made = (message: unknown): void => {
    if (typeof message === 'object' && message !== null) {
      this.#alive.add(message);
    }
  };
  readonly #released = (message: unknown): void => {
    if (typeof message === 'object' && message !== null) {
      this.#alive.delete(message);
    }
  };

  constructor() {
    subscribe(disposableMade.name, this.#made);
    subscribe(disposableReleased.name, this.#released);
  }

  get count(): number {
    return this.#alive.size;
  }

  /** The kinds of what exists, each with its number, for messages: `Access (2), Timer (1)`. */
  describe(): string {
    const counts = new Map<string, number>();
    for (const { constructor } of this.#alive) {
      const name = constructor.name === 'Object' ? 'a disposable' : constructor.name;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, count]) => `${name} (${count})`).join(', ');
  }

  /** Disposes what is still there, so that whoever looks after this finds only leaks of their own. */
  releaseAll(): void {
    for (const left of this.#alive) {
      if (Symbol.dispose in left && typeof left[Symbol.dispose] === 'function') {
        try {
          (left as Disposable)[Symbol.dispose]();
        } catch {
          // It has been reported as left already.
        }
      }
      trackReleased(left);
    }
  }

  [Symbol.dispose](): void {
    unsubscribe(disposableMade.name, this.#made);
    unsubscribe(disposableReleased.name, this.#released);
  }
}
