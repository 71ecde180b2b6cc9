import { CXL_POISON_LEN_MULT, CXL_POISON_SOURCE_INJECTED } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';

/** A line of 64 bytes that is poisoned. */
export interface PoisonedLine {
  /** Device physical address. */
  readonly dpa: number;
  /** CXL_POISON_SOURCE_… */
  readonly source: number;
}

export interface PoisonListOptions {
  /** Bytes of the device's memory, up to 2^53 - 1. */
  readonly capacity: number;
  /** Lines that the list holds, 1 .. 1024; 256 by default. */
  readonly limit?: number;
}

const LIMIT = 256;
/**
 * Linux takes no more records from a device (drivers/cxl/cxlmem.h, CXL_POISON_LIST_MAX), and what it leaves behind would be the
 * first that the next reader gets (CXL 3.1, section 8.2.9.9.4.1, More Media Error Records).
 */
const MOST = 1024;

/**
 * The lines of a device's memory whose contents are known to be lost. Mailbox, compliance mode and the driver of the device
 * share one list.
 *
 * Source: CXL 3.1, sections 8.2.9.9.4.1 to 8.2.9.9.4.3.
 */
export class PoisonList {
  readonly capacity: number;
  readonly limit: number;
  readonly #sources = new Map<number, number>();

  /** @throws RangeError if capacity or limit are out of range */
  constructor({ capacity, limit = LIMIT }: PoisonListOptions) {
    if (!Number.isSafeInteger(capacity) || capacity < 0) {
      throw new RangeError(`the capacity of a memory is a whole number of bytes, not ${capacity}`);
    }
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
      throw new RangeError(`a poison list holds 1 to ${MOST} lines, not ${limit}`);
    }
    this.capacity = capacity;
    this.limit = limit;
  }

  get size(): number {
    return this.#sources.size;
  }

  /**
   * Poisons a line. One that is poisoned already stays as it is.
   *
   * @throws MdevError EINVAL `doe.poison-line` unless `dpa` is a multiple of 64; EFAULT `doe.poison-address` outside of
   * the memory; ENOSPC `doe.poison-limit` if the list is full
   */
  inject(dpa: number | bigint, source: number = CXL_POISON_SOURCE_INJECTED): void {
    const line = this.#line(dpa);
    if (this.#sources.has(line)) {
      return;
    }
    if (this.#sources.size >= this.limit) {
      throw failure('doe.poison-limit', { limit: this.limit });
    }
    this.#sources.set(line, source);
  }

  /**
   * The line holds something again. One that was not poisoned may be cleared, too.
   *
   * @throws MdevError EINVAL `doe.poison-line`, EFAULT `doe.poison-address`
   */
  clear(dpa: number | bigint): void {
    this.#sources.delete(this.#line(dpa));
  }

  /** The lines from `first` on and before `end`, by ascending address. */
  lines(first: number, end: number): readonly PoisonedLine[] {
    return [...this.#sources]
      .filter(([dpa]) => dpa >= first && dpa < end)
      .sort(([a], [b]) => a - b)
      .map(([dpa, source]) => ({ dpa, source }));
  }

  #line(dpa: number | bigint): number {
    if (dpa < 0 || dpa >= this.capacity) {
      throw failure('doe.poison-address', { dpa, capacity: this.capacity });
    }
    const line = Number(dpa);
    if (line % CXL_POISON_LEN_MULT !== 0) {
      throw failure('doe.poison-line', { dpa });
    }
    return line;
  }
}
