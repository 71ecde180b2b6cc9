import { failure } from '../../errors/index.js';
import type { Iova } from '../dma/dma.js';
import { distance, isIova, lastOf } from '../iova.js';
import { READ, WRITE, type Area, type Personality } from '../space/index.js';

/** Refuses a range that is empty or no range: EINVAL, EOVERFLOW. */
export function requireRange(iova: Iova, length: number): void {
  if (length === 0) {
    throw failure('dma.size', { iova });
  }
  if (!isIova(iova) || !isIova(length) || lastOf(iova, length) === undefined) {
    throw failure('dma.overflow', { iova, size: length });
  }
}

/** What a map must allow, in bits. A write of type1 reads, too: vfio_iommu_type1_dma_rw_chunk. */
export function neededAccess(write: boolean, personality: Personality): number {
  if (!write) {
    return READ;
  }
  return personality.writeNeedsRead ? READ | WRITE : WRITE;
}

/** How many bytes of a map begin at `iova`, which is inside. */
export function bytesFrom(area: Area, iova: Iova): number {
  return area.size - distance(area.start, iova);
}
