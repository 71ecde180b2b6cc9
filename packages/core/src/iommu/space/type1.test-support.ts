import type { Iova } from '../dma/dma.js';

/** 2^64. */
export const END = 2n ** 64n;

/** A map of which rules are broken on purpose. */
export interface Spoiled {
  readonly iova: Iova;
  readonly size: number;
  readonly offset: number;
  readonly read: boolean;
  /** Bytes of the memory. */
  readonly available: number;
  readonly limit?: number;
}
