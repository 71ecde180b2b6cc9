import { failure } from '../../errors/catalogue.js';
import type { Iova } from '../dma/dma.js';
import { byteRange, isPageSize } from './dirty-range.js';
import {
  firstEndingAfter,
  pageRanges,
  wholeSpace,
  type LogRange,
  type PageRange,
} from './log-ranges.js';
import { ReportWindow, SMALLEST_PAGE } from './report-window.js';
import { SparseBitmap } from './sparse-bitmap.js';

const LARGEST_GRANULE = 2 ** 21;

/** What a {@link DirtyLog} logs. */
export interface DirtyLogOptions {
  /** The size of a page of the log, in bytes: a power of two from 4 KiB to 2 MiB. */
  readonly pageSize: number;
  /** What is logged, 1 to 256 ranges without overlap; the whole address space if left out. */
  readonly ranges?: readonly LogRange[] | undefined;
}

/** How a report is made. */
export interface ReportOptions {
  /** Whether the log forgets what it reported (true if left out); false is iommufd's NO_CLEAR. */
  readonly clear?: boolean | undefined;
}

/**
 * Which pages of an address space a device wrote to since they were last reported. A client keeps it
 * while it migrates a running device (include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING_START
 * and _REPORT; include/uapi/linux/iommufd.h, IOMMU_HWPT_GET_DIRTY_BITMAP). Only writes belong here.
 *
 * Memory is bounded by what the device touched: about 700 bytes for each 4096 pages side by side of
 * which one is dirty.
 */
export class DirtyLog {
  /** The size of a page of the log, in bytes. */
  readonly pageSize: number;
  readonly #pages = new SparseBitmap();
  readonly #ranges: readonly PageRange[];
  // A power of two: the multiplication is an exact division.
  readonly #perPage: number;
  readonly #bigPage: bigint;
  // The range of the last mark that was in one; a page number compares with it in a few instructions.
  #range: PageRange;
  // Where the page of the last mark starts, which is known to be dirty: a ring's entry and its
  // doorbell record are written over and over. Never a page at 2^53 or above.
  #known = -Infinity;

  /**
   * @throws MdevError `dirty.granule`, `dirty.ranges-empty`, `dirty.alignment`, `dirty.length`,
   * `dirty.overlap` (EINVAL), `dirty.ranges-limit` (E2BIG), `dirty.overflow` (EOVERFLOW).
   */
  constructor({ pageSize, ranges }: DirtyLogOptions) {
    if (!isPageSize(pageSize, SMALLEST_PAGE, LARGEST_GRANULE)) {
      throw failure('dirty.granule', { pageSize });
    }
    this.pageSize = pageSize;
    this.#perPage = 1 / pageSize;
    this.#bigPage = BigInt(pageSize);
    this.#ranges = ranges === undefined ? [wholeSpace(pageSize)] : pageRanges(ranges, pageSize);
    this.#range = this.#ranges[0] ?? wholeSpace(pageSize);
  }

  /** How many pages are dirty, in pages of the log. */
  get count(): number {
    return this.#pages.count;
  }

  /**
   * Logs that the device wrote `length` bytes at `iova`, after the write succeeded. Nothing is checked:
   * the DMA that wrote has done so. What lies outside the ranges is ignored, as is a length of 0.
   */
  mark(iova: Iova, length: number): void {
    let first: number;
    let offset: number;
    if (typeof iova === 'number') {
      const into = iova - this.#known;
      if (into >= 0 && into + length <= this.pageSize) {
        return;
      }
      first = Math.floor(iova * this.#perPage);
      offset = iova - first * this.pageSize;
    } else {
      first = Number(iova / this.#bigPage);
      offset = Number(iova % this.#bigPage);
    }
    if (length <= 0) {
      return;
    }
    // By way of the offset, since iova + length may be beyond the exact numbers.
    const last = first + Math.floor((offset + length - 1) * this.#perPage);
    const range = this.#range;
    if (first >= range.first && last < range.end) {
      this.#pages.add(first, last);
      if (first === last && typeof iova === 'number') {
        this.#known = first * this.pageSize;
      }
    } else {
      this.#markParts(first, last);
    }
  }

  /**
   * Reports the dirty pages of a range: bit `(address - iova) / pageSize` of the little-endian `bitmap`
   * is set if the page is dirty and left as it is if not. Any page size does: a page of the log that is
   * larger than one of the report sets all of its bits, and many smaller ones share one bit. The range
   * may be larger than what is logged.
   *
   * The log then forgets those of its pages that lie within the range as a whole. A dirty page of which
   * the range has only a part stays, so that the other part is still reported: a client that asks for
   * less than a page of the log sees it dirty again.
   *
   * @param iova Multiple of `pageSize`.
   * @param length Bytes, a multiple of `pageSize`.
   * @param pageSize Bytes that one bit stands for: a power of two, 4 KiB or more.
   * @param bitmap One bit for each page or more; the rest is not touched.
   * @throws MdevError `dirty.page-size`, `dirty.length`, `dirty.alignment`, `dirty.bitmap` (EINVAL),
   * `dirty.overflow` (EOVERFLOW); bitmap and log are as before then.
   */
  report(
    iova: Iova,
    length: number | bigint,
    pageSize: number,
    bitmap: Uint8Array,
    options: ReportOptions = {},
  ): void {
    const window = new ReportWindow(this.pageSize, iova, length, pageSize, bitmap);
    const { touched, covered } = window;
    this.#pages.forEachRun(touched.first, touched.end, (first, end) => {
      window.setPages(first, end);
    });
    if (options.clear !== false) {
      this.#remove(covered);
    }
  }

  /**
   * Forgets the pages of the log that lie within the range as a whole; the range needs no alignment.
   *
   * @throws MdevError `dirty.length` (EINVAL), `dirty.overflow` (EOVERFLOW).
   */
  clear(iova: Iova, length: number | bigint): void {
    const { start, end } = byteRange(iova, length);
    const size = this.#bigPage;
    this.#remove({ first: Number((start + size - 1n) / size), end: Number(end / size) });
  }

  #remove({ first, end }: PageRange): void {
    this.#pages.remove(first, end);
    this.#known = -Infinity;
  }

  /** The slow way of a mark: it crosses an end of a range, or is not in the last one. */
  #markParts(first: number, last: number): void {
    for (let at = firstEndingAfter(this.#ranges, first); at < this.#ranges.length; at++) {
      const range = this.#ranges[at];
      if (range === undefined || range.first > last) {
        return;
      }
      this.#pages.add(Math.max(first, range.first), Math.min(last, range.end - 1));
      this.#range = range;
    }
  }
}
