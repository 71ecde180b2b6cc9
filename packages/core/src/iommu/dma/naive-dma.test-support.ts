import type { DmaAccess, DmaSegment } from './dma.js';

/** Where one page of the naive space leads. */
export interface NaivePage {
  readonly memory: number;
  /** Page of the memory. */
  readonly page: number;
  readonly access: readonly DmaAccess[];
}

interface NaiveByte {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** DMA byte by byte over a table of pages: undefined for a fault. */
export class NaiveDma {
  readonly memories: readonly Uint8Array[];
  /** Pages that were written to, counted from `base`. */
  readonly dirty = new Set<number>();
  bytesRead = 0;
  bytesWritten = 0;
  readonly #base: bigint;
  readonly #pageSize: number;
  readonly #pages: readonly (NaivePage | undefined)[];

  constructor(
    base: bigint,
    pageSize: number,
    pages: readonly (NaivePage | undefined)[],
    memories: readonly Uint8Array[],
  ) {
    this.#base = base;
    this.#pageSize = pageSize;
    this.#pages = pages;
    this.memories = memories.map((memory) => memory.slice());
  }

  read(segments: readonly DmaSegment[]): number[] | undefined {
    const places = this.#resolve(segments, 'read');
    if (places === undefined) {
      return undefined;
    }
    this.bytesRead += places.length;
    return places.map(({ bytes, offset }) => bytes[offset] ?? NaN);
  }

  write(segments: readonly DmaSegment[], from: readonly number[]): 'done' | undefined {
    const places = this.#resolve(segments, 'write');
    if (places === undefined) {
      return undefined;
    }
    places.forEach(({ bytes, offset }, index) => {
      bytes[offset] = from[index] ?? NaN;
    });
    this.bytesWritten += places.length;
    for (const { iova, length } of segments) {
      for (let i = 0; i < length; i++) {
        this.dirty.add(this.#pageOf(BigInt(iova) + BigInt(i)));
      }
    }
    return 'done';
  }

  copy(to: bigint, from: bigint, length: number): 'done' | undefined {
    const target = this.#resolve([{ iova: to, length }], 'write');
    const bytes = target === undefined ? undefined : this.read([{ iova: from, length }]);
    return bytes === undefined ? undefined : this.write([{ iova: to, length }], bytes);
  }

  /** The pages of a range, undefined for each that is not mapped. */
  pagesOf(iova: bigint, length: number): (NaivePage | undefined)[] {
    const [first, last] = [this.#pageOf(iova), this.#pageOf(iova + BigInt(length - 1))];
    return Array.from({ length: last - first + 1 }, (_, i) => this.#pages[first + i]);
  }

  #resolve(segments: readonly DmaSegment[], access: DmaAccess): NaiveByte[] | undefined {
    const places: NaiveByte[] = [];
    for (const { iova, length } of segments) {
      for (let i = 0; i < length; i++) {
        const place = this.#place(BigInt(iova) + BigInt(i), access);
        if (place === undefined) {
          return undefined;
        }
        places.push(place);
      }
    }
    return places;
  }

  #place(iova: bigint, access: DmaAccess): NaiveByte | undefined {
    const page = this.#pages[this.#pageOf(iova)];
    const bytes = page?.access.includes(access) === true ? this.memories[page.memory] : undefined;
    if (page === undefined || bytes === undefined) {
      return undefined;
    }
    const offset =
      page.page * this.#pageSize + Number((iova - this.#base) % BigInt(this.#pageSize));
    return { bytes, offset };
  }

  #pageOf(iova: bigint): number {
    return iova < this.#base ? -1 : Number((iova - this.#base) / BigInt(this.#pageSize));
  }
}
