import { failure } from '../../errors/catalogue.js';
import type { Iova } from '../dma/dma.js';
import { byteRange, isPageSize, requireAligned } from './dirty-range.js';
import type { PageRange } from './log-ranges.js';

/** The smallest page of any log and any report. */
export const SMALLEST_PAGE = 4096;

const LARGEST_REPORT_PAGE = 2 ** 63;

/**
 * One report: which pages of a log it is about and which bits they are. Counts in units of the smaller
 * of the two page sizes, of which the address space has at most 2^52: all numbers are exact.
 */
export class ReportWindow {
  readonly #bitmap: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  readonly #unitsPerGranule: number;
  readonly #unitsPerBit: number;

  /**
   * @throws MdevError `dirty.page-size`, `dirty.length`, `dirty.alignment`, `dirty.bitmap` (EINVAL),
   * `dirty.overflow` (EOVERFLOW).
   */
  constructor(
    granule: number,
    iova: Iova,
    length: number | bigint,
    pageSize: number,
    bitmap: Uint8Array,
  ) {
    if (!isPageSize(pageSize, SMALLEST_PAGE, LARGEST_REPORT_PAGE)) {
      throw failure('dirty.page-size', { pageSize });
    }
    const { start, end } = byteRange(iova, length);
    requireAligned(iova, length, pageSize);
    const bits = (end - start) / BigInt(pageSize);
    if (bits > BigInt(bitmap.length) * 8n) {
      throw failure('dirty.bitmap', { bits, bytes: bitmap.length });
    }
    const unit = Math.min(granule, pageSize);
    this.#bitmap = bitmap;
    this.#start = Number(start / BigInt(unit));
    this.#end = Number(end / BigInt(unit));
    this.#unitsPerGranule = granule / unit;
    this.#unitsPerBit = pageSize / unit;
  }

  /** The pages of the log of which any part is in the window. */
  get touched(): PageRange {
    return {
      first: Math.floor(this.#start / this.#unitsPerGranule),
      end: Math.ceil(this.#end / this.#unitsPerGranule),
    };
  }

  /** The pages of the log that are in the window as a whole; `end` may lie below `first` if none is. */
  get covered(): PageRange {
    return {
      first: Math.ceil(this.#start / this.#unitsPerGranule),
      end: Math.floor(this.#end / this.#unitsPerGranule),
    };
  }

  /** Sets the bits of the pages `first` .. `end - 1` of the log, as far as they are in the window. */
  setPages(first: number, end: number): void {
    const from = Math.max(first * this.#unitsPerGranule, this.#start) - this.#start;
    const to = Math.min(end * this.#unitsPerGranule, this.#end) - this.#start;
    setBits(this.#bitmap, Math.floor(from / this.#unitsPerBit), Math.ceil(to / this.#unitsPerBit));
  }
}

/** Sets the bits `first` .. `end - 1`, one or more, of a little-endian bitmap. */
function setBits(bitmap: Uint8Array, first: number, end: number): void {
  // No shifts: a bitmap of 256 MiB already has 2^31 bits.
  const head = Math.floor(first / 8);
  const tail = Math.floor((end - 1) / 8);
  const headBits = 0xff << (first % 8);
  const tailBits = 0xff >>> (7 - ((end - 1) % 8));
  if (head === tail) {
    bitmap[head] = (bitmap[head] ?? 0) | (headBits & tailBits);
    return;
  }
  bitmap[head] = (bitmap[head] ?? 0) | headBits;
  bitmap.fill(0xff, head + 1, tail);
  bitmap[tail] = (bitmap[tail] ?? 0) | tailBits;
}
