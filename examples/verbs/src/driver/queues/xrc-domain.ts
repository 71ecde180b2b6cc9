import type { Adapter } from '../adapter.js';
import type { Holdings } from '../parts/index.js';

/** Which shared queues a target reaches: those of its domain. */
export class XrcDomain {
  readonly #held: Holdings;

  private constructor(held: Holdings) {
    this.#held = held;
  }

  static create(adapter: Adapter): XrcDomain {
    const held = adapter.holdings('xrcd');
    return held.build(() => new XrcDomain(held));
  }

  destroy(): void {
    this.#held.release();
  }
}
