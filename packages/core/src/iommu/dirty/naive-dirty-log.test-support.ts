/** The rules of a dirty log once more, one 4 KiB page at a time, within a window of an address space. */
export const NAIVE_PAGE = 4096;

export class NaiveDirtyLog {
  /** Numbers of 4 KiB pages from the start of the window; the pages of a granule come and go together. */
  readonly #dirty = new Set<number>();
  readonly #logged: (page: number) => boolean;
  readonly #perGranule: number;

  constructor(granule: number, logged: (page: number) => boolean) {
    this.#perGranule = granule / NAIVE_PAGE;
    this.#logged = logged;
  }

  get count(): number {
    return this.#dirty.size / this.#perGranule;
  }

  /** @param offset bytes from the start of the window. */
  mark(offset: number, length: number): void {
    for (let page = 0; length > 0 && page * NAIVE_PAGE < offset + length; page++) {
      if ((page + 1) * NAIVE_PAGE > offset && this.#logged(page)) {
        for (const one of this.#granule(page)) {
          this.#dirty.add(one);
        }
      }
    }
  }

  report(offset: number, length: number, pageSize: number, bitmap: Uint8Array): void {
    for (let at = 0; at < length; at += NAIVE_PAGE) {
      if (this.#dirty.has((offset + at) / NAIVE_PAGE)) {
        const bit = Math.floor(at / pageSize);
        bitmap[bit >>> 3] = (bitmap[bit >>> 3] ?? 0) | (1 << (bit & 7));
      }
    }
  }

  clear(offset: number, length: number): void {
    const inside = (page: number): boolean =>
      page * NAIVE_PAGE >= offset && (page + 1) * NAIVE_PAGE <= offset + length;
    const gone = [...this.#dirty].filter((page) => this.#granule(page).every(inside));
    for (const page of gone) {
      this.#dirty.delete(page);
    }
  }

  #granule(page: number): number[] {
    const first = page - (page % this.#perGranule);
    return Array.from({ length: this.#perGranule }, (_, index) => first + index);
  }
}
