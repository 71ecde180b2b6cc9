import { toDisposable } from '../../lifecycle/index.js';
import type { Logger } from '../../log/index.js';

/** Who wants to know that something changed. Telling them allocates nothing; one that throws does not silence the others. */
export class ChangeListeners {
  /** In the order of their numbers. */
  readonly #entries = new Set<{ readonly number: number; readonly callback: () => void }>();
  readonly #logger: Logger;
  #nextNumber = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(callback: () => void): Disposable {
    const entry = { number: this.#nextNumber++, callback };
    this.#entries.add(entry);
    return toDisposable(() => {
      this.#entries.delete(entry);
    });
  }

  /** Whoever is added meanwhile is not called yet: one that adds itself again would be called for ever. */
  tell(): void {
    const end = this.#nextNumber;
    for (const { number, callback } of this.#entries) {
      if (number >= end) {
        return;
      }
      try {
        callback();
      } catch (error) {
        this.#logger.error('a listener of a descriptor failed', { error });
      }
    }
  }
}
