import type { Iova } from './dma.js';

/** One past the last IOVA. */
export const IOVA_END = 2n ** 64n;

/** The same address as a number where that is exact, else as a bigint: comparisons of the two are exact. */
export function normalIova(iova: bigint): Iova {
  return iova <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(iova) : iova;
}

/** Whether `iova` is an integer of 0 .. 2^64-1. */
export function isIova(iova: Iova): boolean {
  return typeof iova === 'bigint'
    ? iova >= 0n && iova < IOVA_END
    : Number.isSafeInteger(iova) && iova >= 0;
}

/** `to - from` as a number; the caller knows that it is small. */
export function distance(from: Iova, to: Iova): number {
  return typeof from === 'number' && typeof to === 'number'
    ? to - from
    : Number(BigInt(to) - BigInt(from));
}
