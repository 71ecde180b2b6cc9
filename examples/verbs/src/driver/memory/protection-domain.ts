import { failure } from '../../errors.js';
import type { Adapter } from '../adapter.js';
import type { Holdings } from '../parts/index.js';

export class ProtectionDomain {
  readonly #held: Holdings;
  /** Memory regions; everything else is kept by the core as a child of the domain. */
  #regions = 0;

  private constructor(held: Holdings) {
    this.#held = held;
  }

  static create(adapter: Adapter): ProtectionDomain {
    const held = adapter.holdings('pd');
    return held.build(() => new ProtectionDomain(held));
  }

  addRegion(): void {
    this.#regions += 1;
  }

  removeRegion(): void {
    this.#regions -= 1;
  }

  destroy(): void {
    if (this.#regions > 0) {
      throw failure('verbs.domain-busy', { regions: this.#regions });
    }
    this.#held.release();
  }
}
