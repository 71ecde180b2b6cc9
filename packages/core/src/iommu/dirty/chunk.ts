/** Pages of one {@link Chunk}: 512 bytes of bits, 16 MiB of 4 KiB pages. */
export const CHUNK_PAGES = 4096;

/** Called with the first page of a run of set bits, and one past its last. */
export type RunVisitor = (first: number, end: number) => void;

/** The bits of {@link CHUNK_PAGES} pages that lie side by side. Bits are counted from 0 within it. */
export class Chunk {
  // Signed words keep every bit operation an int32 one.
  readonly #words = new Int32Array(CHUNK_PAGES / 32);
  #count = 0;

  /** How many bits are set. */
  get count(): number {
    return this.#count;
  }

  /** Sets one bit and returns how many were set by this: 0 or 1. */
  addOne(bit: number): number {
    const at = bit >>> 5;
    const mask = 1 << (bit & 31);
    const word = this.#words[at] ?? 0;
    if ((word & mask) !== 0) {
      return 0;
    }
    this.#words[at] = word | mask;
    this.#count += 1;
    return 1;
  }

  /** Sets the bits of `first` .. `end - 1` and returns how many were set by this. */
  add(first: number, end: number): number {
    const words = this.#words;
    let added = 0;
    for (let at = first >>> 5; at << 5 < end; at++) {
      const word = words[at] ?? 0;
      const fresh = maskOf(at, first, end) & ~word;
      if (fresh !== 0) {
        words[at] = word | fresh;
        added += ones(fresh);
      }
    }
    this.#count += added;
    return added;
  }

  /** Clears the bits of `first` .. `end - 1` and returns how many were cleared by this. */
  remove(first: number, end: number): number {
    const words = this.#words;
    let removed = 0;
    for (let at = first >>> 5; at << 5 < end; at++) {
      const word = words[at] ?? 0;
      const stale = maskOf(at, first, end) & word;
      if (stale !== 0) {
        words[at] = word & ~stale;
        removed += ones(stale);
      }
    }
    this.#count -= removed;
    return removed;
  }

  /** Visits the runs of set bits among `first` .. `end - 1`, upwards, with `base` added to each bit. */
  forEachRun(first: number, end: number, base: number, visit: RunVisitor): void {
    let open = -1;
    for (let at = first >>> 5; at << 5 < end; at++) {
      const word = (this.#words[at] ?? 0) & maskOf(at, first, end);
      for (let bit = 0; bit < 32;) {
        // A set bit opens a run and a clear one ends it; a whole word of the same is one step.
        const sought = (open < 0 ? word : ~word) >>> bit;
        if (sought === 0) {
          break;
        }
        bit += 31 - Math.clz32(sought & -sought);
        if (open < 0) {
          open = at * 32 + bit;
        } else {
          visit(base + open, base + at * 32 + bit);
          open = -1;
        }
      }
    }
    if (open >= 0) {
      visit(base + open, base + end);
    }
  }
}

/** The bits of word `at` that belong to `first` .. `end - 1`. */
function maskOf(at: number, first: number, end: number): number {
  const low = first - at * 32;
  const high = end - at * 32;
  return (low > 0 ? -1 << low : -1) & (high < 32 ? (1 << high) - 1 : -1);
}

/** The number of set bits of a 32-bit word. */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  sum = (sum + (sum >>> 4)) & 0x0f0f0f0f;
  return Math.imul(sum, 0x01010101) >>> 24;
}
