import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { disposableMade, disposableReleased } from '@mdevkit/core';

/** How many disposables of the core there are, by their announcements. */
export class LiveDisposables implements Disposable {
  readonly #live = new Set<unknown>();
  readonly #made = (disposable: unknown): void => void this.#live.add(disposable);
  readonly #released = (disposable: unknown): void => void this.#live.delete(disposable);

  constructor() {
    subscribe(disposableMade.name, this.#made);
    subscribe(disposableReleased.name, this.#released);
  }

  get count(): number {
    return this.#live.size;
  }

  /** By their class, for the report of a leak. */
  get classes(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const one of this.#live) {
      const name = (one as object).constructor.name;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }

  [Symbol.dispose](): void {
    unsubscribe(disposableMade.name, this.#made);
    unsubscribe(disposableReleased.name, this.#released);
  }
}
