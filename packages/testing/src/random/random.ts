/**
 * A seeded source of numbers, the same on every machine: what is drawn in the same order is the same. Not for secrets.
 *
 * Source: splitmix32, and mulberry32's way to make a fraction of it.
 */
export class Random {
  #state: number;

  /** `seed` is taken modulo 2^32. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer of 0 .. 2^32-1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** An integer of 0 .. `limit`-1; `limit` is 1 .. 2^32. */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  /** True in `probability` (0 .. 1) of the cases. */
  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability;
  }
}
