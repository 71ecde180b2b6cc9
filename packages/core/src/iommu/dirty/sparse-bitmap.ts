import { Chunk, CHUNK_PAGES, type RunVisitor } from './chunk.js';

/**
 * A set of page numbers, 0 .. 2^52-1: every page of 4 KiB or more that a 64-bit address space has, so
 * that a page number is always an exact number. Memory is one chunk of 512 bytes for 4096 pages side by
 * side of which one is in the set; it is freed when the last of them leaves.
 */
export class SparseBitmap {
  readonly #chunks = new Map<number, Chunk>();
  #count = 0;
  // A device writes near where it wrote before: the chunk of the last `add`.
  #lastKey = -1;
  #last = new Chunk();

  /** How many pages are in the set. */
  get count(): number {
    return this.#count;
  }

  /** How many chunks hold them. */
  get chunks(): number {
    return this.#chunks.size;
  }

  /** Adds the pages `first` .. `last`. Allocates only where a chunk is touched for the first time. */
  add(first: number, last: number): void {
    const key = Math.floor(first / CHUNK_PAGES);
    const chunk = key === this.#lastKey ? this.#last : this.#touch(key);
    if (first === last) {
      this.#count += chunk.addOne(first - key * CHUNK_PAGES);
    } else {
      this.#addRun(first, last + 1);
    }
  }

  /** Removes the pages `first` .. `end - 1`. */
  remove(first: number, end: number): void {
    for (const key of this.#keys(first, end)) {
      const chunk = this.#chunks.get(key);
      if (chunk === undefined) {
        continue;
      }
      const base = key * CHUNK_PAGES;
      this.#count -= chunk.remove(Math.max(first - base, 0), Math.min(end - base, CHUNK_PAGES));
      if (chunk.count === 0) {
        this.#chunks.delete(key);
        this.#lastKey = key === this.#lastKey ? -1 : this.#lastKey;
      }
    }
  }

  /**
   * Visits the pages of `first` .. `end - 1` that are in the set, as runs. The order of the runs is not
   * defined, and neighbouring runs may touch. The work grows with the chunks held, not with the range.
   */
  forEachRun(first: number, end: number, visit: RunVisitor): void {
    for (const key of this.#keys(first, end)) {
      const base = key * CHUNK_PAGES;
      this.#chunks
        .get(key)
        ?.forEachRun(Math.max(first - base, 0), Math.min(end - base, CHUNK_PAGES), base, visit);
    }
  }

  #touch(key: number): Chunk {
    let chunk = this.#chunks.get(key);
    if (chunk === undefined) {
      chunk = new Chunk();
      this.#chunks.set(key, chunk);
    }
    this.#lastKey = key;
    this.#last = chunk;
    return chunk;
  }

  #addRun(first: number, end: number): void {
    for (let at = first; at < end;) {
      const key = Math.floor(at / CHUNK_PAGES);
      const base = key * CHUNK_PAGES;
      const stop = Math.min(end - base, CHUNK_PAGES);
      const chunk = key === this.#lastKey ? this.#last : this.#touch(key);
      this.#count += chunk.add(at - base, stop);
      at = base + stop;
    }
  }

  /** The keys of the chunks that may hold pages of the range, by whichever of the two ways is shorter. */
  *#keys(first: number, end: number): Generator<number> {
    if (first >= end) {
      return;
    }
    const low = Math.floor(first / CHUNK_PAGES);
    const high = Math.floor((end - 1) / CHUNK_PAGES);
    if (high - low < this.#chunks.size) {
      for (let key = low; key <= high; key++) {
        yield key;
      }
      return;
    }
    for (const key of this.#chunks.keys()) {
      if (key >= low && key <= high) {
        yield key;
      }
    }
  }
}
