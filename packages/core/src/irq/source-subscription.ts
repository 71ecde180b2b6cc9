import type { IrqSource } from './target.js';

/**
 * A subscription that can be ended before its source has handed it out: a source that is signalled already
 * calls back while it is subscribed to, and what it calls may end the subscription.
 */
export class SourceSubscription implements Disposable {
  #ended = false;
  #inner: Disposable | undefined;

  /** Once. Whatever the source does, `callback` is not called any more after the end. */
  start(source: IrqSource, callback: () => void): void {
    const inner = source.subscribe(() => {
      if (!this.#ended) {
        callback();
      }
    });
    if (this.#ended) {
      inner[Symbol.dispose]();
    } else {
      this.#inner = inner;
    }
  }

  [Symbol.dispose](): void {
    const inner = this.#inner;
    this.#ended = true;
    this.#inner = undefined;
    inner?.[Symbol.dispose]();
  }
}
