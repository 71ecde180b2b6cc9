import type { Adapter } from '../adapter.js';
import type { ProtectionDomain } from '../memory/index.js';
import { inRange, type Holdings } from '../parts/index.js';

/** Addresses of single ports. */
const MAX_LID = 0xbfff;

export class AddressHandle {
  readonly pd: ProtectionDomain;
  readonly dlid: number;
  readonly #held: Holdings;

  private constructor(held: Holdings, pd: ProtectionDomain, dlid: number) {
    this.#held = held;
    this.pd = pd;
    this.dlid = dlid;
  }

  static create(adapter: Adapter, pd: ProtectionDomain, dlid: number): AddressHandle {
    inRange('dlid', dlid, 1, MAX_LID);
    const held = adapter.holdings('ah');
    return held.build(() => new AddressHandle(held, pd, dlid));
  }

  destroy(): void {
    this.#held.release();
  }
}
