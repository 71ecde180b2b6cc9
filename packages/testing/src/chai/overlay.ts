import type { Iova } from '@mdevkit/core';
import type { FakeDmaAccess } from '../fakes/index.js';

/** What accesses have done to one range, one after the other: its bytes, as far as they were touched. */
export class Overlay {
  readonly #start: bigint;
  readonly #bytes: (number | undefined)[];
  #known = 0;

  constructor(start: Iova, length: number) {
    this.#start = BigInt(start);
    this.#bytes = new Array<number | undefined>(length).fill(undefined);
  }

  /** Whether each byte is known. */
  get isWhole(): boolean {
    return this.#known === this.#bytes.length;
  }

  /** Whether it touched any byte. What a view left as it was is taken over untouched. */
  add({ iova, bytes, changed }: FakeDmaAccess): boolean {
    const shift = BigInt(iova) - this.#start;
    if (shift >= BigInt(this.#bytes.length) || shift + BigInt(bytes.length) <= 0n) {
      return false;
    }
    const from = Number(shift);
    const first = Math.max(0, from);
    const end = Math.min(this.#bytes.length, from + bytes.length);
    let touches = false;
    for (let at = first; at < end; at++) {
      this.#known += this.#bytes[at] === undefined ? 1 : 0;
      this.#bytes[at] = bytes[at - from];
      touches ||= changed?.[at - from] !== 0;
    }
    return touches;
  }

  /** Whether each byte is known, and is that of `bytes` now. */
  equals(bytes: ArrayLike<number>): boolean {
    return this.#bytes.every((byte, at) => byte === bytes[at]);
  }
}
