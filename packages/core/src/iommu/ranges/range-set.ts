import type { Iova } from '../dma/dma.js';
import { advance, isIova, LAST_IOVA, normalIova } from '../iova.js';
import type { IovaRange } from './iova-range.js';

/**
 * A set of IOVAs as ascending ranges, which neither overlap nor touch. For the few ranges that a platform
 * reserves or a user allows: a sorted array, searched by halves.
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.h, reserved_itree and allowed_itree.
 */
export class RangeSet implements Iterable<IovaRange> {
  readonly #ranges: IovaRange[] = [];

  /** Throws RangeError as {@link RangeSet.add}. */
  constructor(ranges: Iterable<IovaRange> = []) {
    this.addAll(ranges);
  }

  /** How many ranges there are. */
  get size(): number {
    return this.#ranges.length;
  }

  [Symbol.iterator](): IterableIterator<IovaRange> {
    return this.#ranges.values();
  }

  /**
   * Adds `start .. last`, and merges it with what it overlaps or touches. Throws RangeError if these are not
   * IOVAs with `start <= last`.
   */
  add(start: Iova, last: Iova): void {
    requireRange(start, last);
    const from = start > 0 ? this.#firstReaching(advance(start, -1)) : 0;
    const next = advance(last, 1);
    let until = from;
    let merged: IovaRange = { start: normal(start), last: normal(last) };
    for (
      let range = this.#ranges[from];
      range !== undefined && range.start <= next;
      range = this.#ranges[until]
    ) {
      merged = { start: lower(merged.start, range.start), last: higher(merged.last, range.last) };
      until += 1;
    }
    this.#ranges.splice(from, until - from, merged);
  }

  /** Adds every range. Throws RangeError as {@link RangeSet.add}. */
  addAll(ranges: Iterable<IovaRange>): void {
    for (const { start, last } of ranges) {
      this.add(start, last);
    }
  }

  /** Whether any address of `start .. last` is in the set. */
  overlaps(start: Iova, last: Iova): boolean {
    const range = this.#ranges[this.#firstReaching(start)];
    return range !== undefined && range.start <= last;
  }

  /** Whether every address of `start .. last` is in the set. */
  contains(start: Iova, last: Iova): boolean {
    const range = this.#ranges[this.#firstReaching(start)];
    return range !== undefined && range.start <= start && range.last >= last;
  }

  /** The addresses of 0 .. 2^64-1 that are not in the set. */
  complement(): RangeSet {
    const gaps = new RangeSet();
    let from: Iova = 0;
    for (const { start, last } of this.#ranges) {
      if (from < start) {
        gaps.#ranges.push({ start: from, last: advance(start, -1) });
      }
      from = advance(last, 1);
    }
    if (from <= LAST_IOVA) {
      gaps.#ranges.push({ start: from, last: LAST_IOVA });
    }
    return gaps;
  }

  /** The addresses that are in both sets. */
  intersect(other: RangeSet): RangeSet {
    const both = new RangeSet();
    for (const { start, last } of this.#ranges) {
      for (let i = other.#firstReaching(start); i < other.#ranges.length; i++) {
        const range = other.#ranges[i];
        if (range === undefined || range.start > last) {
          break;
        }
        both.#ranges.push({ start: higher(start, range.start), last: lower(last, range.last) });
      }
    }
    return both;
  }

  /** Index of the first range that ends at or after `iova`; the number of ranges if there is none. */
  #firstReaching(iova: Iova): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = this.#ranges[middle];
      if (range !== undefined && range.last < iova) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function requireRange(start: Iova, last: Iova): void {
  if (!isIova(start) || !isIova(last) || start > last) {
    throw new RangeError(`${String(start)} .. ${String(last)} is not a range of IOVAs`);
  }
}

function normal(iova: Iova): Iova {
  return typeof iova === 'bigint' ? normalIova(iova) : iova;
}

function lower(a: Iova, b: Iova): Iova {
  return a < b ? a : b;
}

function higher(a: Iova, b: Iova): Iova {
  return a > b ? a : b;
}
