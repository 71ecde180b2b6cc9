/**
 * Numbers that are the same for the same seed, on every machine.
 *
 * Source: George Marsaglia, Xorshift RNGs, Journal of Statistical Software 8 (2003), the generator of 128 bits.
 */
export class Random {
  #x: number;
  #y: number;
  #z: number;
  #w: number;

  /** Each of a campaign's sequences has a stream of its own, so that one can be made again without the others. */
  constructor(seed: number, stream = 0) {
    this.#x = (seed ^ 0x9e37_79b9) >>> 0;
    this.#y = (Math.imul(stream + 1, 0x85eb_ca6b) ^ 0x243f_6a88) >>> 0;
    this.#z = Math.floor(seed / 2 ** 32) >>> 0;
    this.#w = 0xb7e1_5163;
    for (let i = 0; i < 16; i++) {
      this.next();
    }
  }

  /** 0 to 2^32-1. */
  next(): number {
    const t = this.#x ^ (this.#x << 11);
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = (this.#w ^ (this.#w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return this.#w;
  }

  /** 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor((this.next() / 2 ** 32) * end);
  }

  /** `first` to `last`. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** True so often in a hundred times. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** Throws RangeError for no values. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) {
      throw new RangeError('nothing to pick from');
    }
    return value;
  }
}
