import type { Iova } from './dma/dma.js';

/** One past the last IOVA. */
export const IOVA_END = 2n ** 64n;

/** 2^64-1, the last IOVA. */
export const LAST_IOVA = IOVA_END - 1n;

/** The same address as a number where that is exact, else as a bigint: comparisons of the two are exact. */
export function normalIova(iova: bigint): Iova {
  return iova <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(iova) : iova;
}

/** Whether `iova` is an integer of 0 .. 2^64-1. */
export function isIova(iova: Iova): boolean {
  return typeof iova === 'bigint'
    ? iova >= 0n && iova <= LAST_IOVA
    : Number.isSafeInteger(iova) && iova >= 0;
}

/** Whether it is 0, as a number or as a bigint. */
export function isZero(value: Iova): boolean {
  return value === 0 || value === 0n;
}

/** `to - from` as a number; the caller knows that it is small. */
export function distance(from: Iova, to: Iova): number {
  return typeof from === 'number' && typeof to === 'number'
    ? to - from
    : Number(BigInt(to) - BigInt(from));
}

/** `iova + bytes`; the caller knows that it is an address. */
export function advance(iova: Iova, bytes: Iova): Iova {
  if (typeof iova === 'number' && typeof bytes === 'number') {
    const sum = iova + bytes;
    if (sum <= Number.MAX_SAFE_INTEGER) {
      return sum;
    }
  }
  return normalIova(BigInt(iova) + BigInt(bytes));
}

/** The last address of a range of `length` bytes, 1 or more; undefined if it would reach beyond 2^64. */
export function lastOf(iova: Iova, length: Iova): Iova | undefined {
  if (typeof iova === 'number' && typeof length === 'number') {
    // In this order: a sum beyond 2^53 would be rounded down to one that is exact.
    const last = iova + (length - 1);
    if (last <= Number.MAX_SAFE_INTEGER) {
      return last;
    }
  }
  const last = BigInt(iova) + BigInt(length) - 1n;
  return last > LAST_IOVA ? undefined : normalIova(last);
}

/** Whether an address or a length is a multiple of `alignment`. */
export function isAligned(value: Iova, alignment: number): boolean {
  return typeof value === 'number' ? value % alignment === 0 : value % BigInt(alignment) === 0n;
}
