import sortedBtree from 'sorted-btree';
import type { IovaRange } from '../ranges/index.js';
import { IOMMU_PAGE_SIZE as PAGE_SIZE } from '../space/index.js';

const { default: BTree } = sortedBtree;

/** Which virtual addresses are given out. */
export interface VirtualRange {
  /** A multiple of 4096, and not 0: no buffer is at the null pointer. */
  readonly start: number;
  /** Bytes, a multiple of 4096. */
  readonly size: number;
}

/** Below the end of user space of a 47-bit process, where Linux places what is mapped. */
export const DEFAULT_VIRTUAL_RANGE: VirtualRange = { start: 0x7f00_0000_0000, size: 2 ** 40 };

/** Something that has a place. */
export interface Placed {
  readonly start: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * The virtual addresses of a process: a page-aligned place for each buffer, with a page after it that belongs to
 * nobody. Places follow one another; those that were given back are used again only after the end of the range was
 * reached, so that a stale address finds nothing for as long as possible. The same calls give the same addresses.
 */
export class VirtualWindow<T extends Placed> {
  readonly #start: number;
  readonly #end: number;
  readonly #places = new BTree<number, T>(undefined, (a, b) => a - b);
  #cursor: number;

  /** Throws RangeError for what is no such range. */
  constructor({ start, size }: VirtualRange) {
    const aligned = start % PAGE_SIZE === 0 && size % PAGE_SIZE === 0;
    if (!aligned || start < PAGE_SIZE || size < PAGE_SIZE || !Number.isSafeInteger(start + size)) {
      throw new RangeError(`${start}, ${size} bytes is not a range of pages after the first one`);
    }
    this.#start = start;
    this.#end = start + size;
    this.#cursor = start;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Where `size` bytes, 1 or more, find a place inside the `usable` ranges; undefined if nowhere. */
  find(size: number, usable: readonly IovaRange[]): number | undefined {
    const from = this.#cursor;
    return (
      this.#search(size, usable, from, this.#end) ?? this.#search(size, usable, this.#start, from)
    );
  }

  /** What was {@link VirtualWindow.find|found} is taken. */
  add(placed: T): void {
    this.#places.set(placed.start, placed);
    this.#cursor = reservedEnd(placed);
  }

  remove(placed: T): void {
    this.#places.delete(placed.start);
  }

  /** What has this address. */
  at(address: number): T | undefined {
    if (!Number.isSafeInteger(address)) {
      return undefined;
    }
    const placed = this.#places.getPairOrNextLower(address)?.[1];
    return placed !== undefined && address < placed.start + placed.size ? placed : undefined;
  }

  /** The lowest place at `from` .. `end - 1`; it may reach beyond `end`, but not beyond the window. */
  #search(
    size: number,
    usable: readonly IovaRange[],
    from: number,
    end: number,
  ): number | undefined {
    for (const { start, last } of usable) {
      let place = roundUp(Number(start > from ? start : from));
      const limit = Number(last < this.#end ? last : this.#end - 1);
      while (place < end && place + size - 1 <= limit) {
        const blocker = this.#blocker(place, size);
        if (blocker === undefined) {
          return place;
        }
        place = reservedEnd(blocker);
      }
    }
    return undefined;
  }

  /** The last of those that would have less than a page between themselves and `size` bytes at `place`. */
  #blocker(place: number, size: number): T | undefined {
    const after = reservedEnd({ start: place, size });
    const placed = this.#places.nextLowerPair(after)?.[1];
    return placed !== undefined && reservedEnd(placed) > place ? placed : undefined;
  }
}

/** Where the next place may start: after the pages of this one and the page that nobody has. */
function reservedEnd({ start, size }: Placed): number {
  return roundUp(start + size) + PAGE_SIZE;
}

function roundUp(address: number): number {
  return Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;
}
