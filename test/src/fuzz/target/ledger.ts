import { disposableMade, disposableReleased } from '@mdevkit/core';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Everything disposable that is alive, by the announcements of the packages. */
export class DisposableLedger implements Disposable {
  readonly #alive = new Set<unknown>();
  readonly #made = (what: unknown): void => void this.#alive.add(what);
  readonly #released = (what: unknown): void => void this.#alive.delete(what);

  constructor() {
    subscribe(disposableMade.name, this.#made);
    subscribe(disposableReleased.name, this.#released);
  }

  get count(): number {
    return this.#alive.size;
  }

  /** The names of the classes, of what is alive beyond the first `count`. */
  beyond(count: number): readonly string[] {
    return [...this.#alive].slice(count).map((what) => (what as object).constructor.name);
  }

  [Symbol.dispose](): void {
    unsubscribe(disposableMade.name, this.#made);
    unsubscribe(disposableReleased.name, this.#released);
  }
}
