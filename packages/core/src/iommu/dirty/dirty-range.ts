import { failure } from '../../errors/catalogue.js';
import type { Iova } from '../dma/dma.js';
import { isAligned, isIova, LAST_IOVA } from '../iova.js';

/** The bytes `start` .. `end - 1`; `end` is at most 2^64. */
export interface ByteRange {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * A range of one byte or more within the address space, as bigints. One that ends exactly at 2^64 is
 * good, as for iommufd (vfio refuses the last page of the space).
 *
 * @throws MdevError `dirty.length` (EINVAL), `dirty.overflow` (EOVERFLOW).
 */
export function byteRange(iova: Iova, length: number | bigint): ByteRange {
  if (length <= 0 || (typeof length === 'number' && !Number.isSafeInteger(length))) {
    throw failure('dirty.length', { iova, length });
  }
  if (!isIova(iova) || BigInt(iova) + BigInt(length) - 1n > LAST_IOVA) {
    throw failure('dirty.overflow', { iova, length });
  }
  const start = BigInt(iova);
  return { start, end: start + BigInt(length) };
}

/** @throws MdevError `dirty.alignment` (EINVAL) unless both are multiples of `pageSize`. */
export function requireAligned(iova: Iova, length: number | bigint, pageSize: number): void {
  if (!isAligned(iova, pageSize) || !isAligned(length, pageSize)) {
    throw failure('dirty.alignment', { iova, length, pageSize });
  }
}

/** Whether `size` is a power of two of `least` .. `most`, all of them below 2^64. */
export function isPageSize(size: number, least: number, most: number): boolean {
  if (!Number.isInteger(size) || size < least || size > most) {
    return false;
  }
  const bits = BigInt(size);
  return (bits & (bits - 1n)) === 0n;
}
