import type { Iova } from '../dma/dma.js';

/** A range of IOVAs; both ends belong to it, so that it can end at 2^64-1. */
export interface IovaRange {
  readonly start: Iova;
  readonly last: Iova;
}
