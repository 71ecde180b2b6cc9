import { failure } from '../../errors/catalogue.js';
import type { Iova } from '../dma/dma.js';
import { byteRange, requireAligned } from './dirty-range.js';

/** How many ranges a log may have: what one 4 KiB page of the kernel holds of them. */
export const MAX_LOG_RANGES = 256;

/** Part of an address space of which writes are logged, in bytes; multiples of the log's page size. */
export interface LogRange {
  readonly iova: Iova;
  readonly length: number | bigint;
}

/** The pages `first` .. `end - 1`. */
export interface PageRange {
  readonly first: number;
  readonly end: number;
}

/** All pages of a 64-bit address space. */
export function wholeSpace(pageSize: number): PageRange {
  return { first: 0, end: 2 ** 64 / pageSize };
}

/**
 * The ranges as pages, upwards. They are checked one after the other as they are given.
 *
 * @throws MdevError `dirty.ranges-empty`, `dirty.alignment`, `dirty.length`, `dirty.overlap` (EINVAL),
 * `dirty.ranges-limit` (E2BIG), `dirty.overflow` (EOVERFLOW).
 */
export function pageRanges(ranges: readonly LogRange[], pageSize: number): readonly PageRange[] {
  if (ranges.length === 0) {
    throw failure('dirty.ranges-empty');
  }
  if (ranges.length > MAX_LOG_RANGES) {
    throw failure('dirty.ranges-limit', { ranges: ranges.length, limit: MAX_LOG_RANGES });
  }
  const size = BigInt(pageSize);
  const pages: PageRange[] = [];
  for (const { iova, length } of ranges) {
    requireAligned(iova, length, pageSize);
    const { start, end } = byteRange(iova, length);
    const range = { first: Number(start / size), end: Number(end / size) };
    const at = firstEndingAfter(pages, range.first);
    if ((pages[at]?.first ?? Infinity) < range.end) {
      throw failure('dirty.overlap', { iova, length });
    }
    pages.splice(at, 0, range);
  }
  return pages;
}

/** The index of the first range that has `page` or a later one; the number of ranges if none has. */
export function firstEndingAfter(ranges: readonly PageRange[], page: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.end ?? Infinity) > page) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
