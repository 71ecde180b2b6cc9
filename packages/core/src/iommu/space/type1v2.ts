import { failure } from '../../errors/index.js';
import { isAligned, isIova, isZero, lastOf } from '../iova.js';
import type { Iova } from '../dma/dma.js';
import { WRITE } from './area.js';
import type { MapCall, Personality, SpaceState } from './personality.js';
import { DEFAULT_MAP_LIMIT, IOMMU_PAGE_SIZE } from './requests.js';

/** The kernel's VFIO type1, version 2: what QEMU and other VFIO clients expect. */
export const type1v2: Personality = {
  name: 'type1v2',
  mapLimit: DEFAULT_MAP_LIMIT,
  alignment: IOMMU_PAGE_SIZE,
  place,
  checkUnmap,
  cutRemovesNothing: true,
  cut: 'dma.cut',
  nothing: undefined,
  hole: 'dma.hole',
  conflict: 'dma.conflict',
  unmapRounds: 10,
  stuck: undefined,
  writeNeedsRead: true,
  pinLimit: 512,
};

/** drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map. */
function place(space: SpaceState, call: MapCall): Iova {
  const { iova, memory, offset, size, access } = call;
  if (iova === undefined) {
    throw failure('dma.no-iova');
  }
  if (size === 0) {
    throw failure('dma.size');
  }
  const last = requireRange(iova, size);
  if (!Number.isSafeInteger(offset + size)) {
    throw failure('dma.overflow', { offset, size });
  }
  if (access === 0) {
    throw failure('dma.flags');
  }
  const { alignment } = space;
  if (!isAligned(iova, alignment) || size % alignment !== 0 || offset % alignment !== 0) {
    throw failure('dma.alignment', { iova, offset, size, pageSize: alignment });
  }
  if (space.overlaps(iova, last)) {
    throw failure('dma.overlap', { iova, size });
  }
  if (space.mapCount >= space.mapLimit) {
    throw failure('dma.limit', { limit: space.mapLimit });
  }
  if (space.isReserved(iova, last)) {
    throw failure('dma.reserved', { iova, size });
  }
  if (offset + size > memory.size || ((access & WRITE) !== 0 && !memory.writable)) {
    throw failure('dma.memory', { offset, size, available: memory.size });
  }
  return iova;
}

/** drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap: unlike in a map, the alignment comes first. */
function checkUnmap(space: SpaceState, iova: Iova, length: Iova): Iova {
  if (isZero(length)) {
    throw failure('dma.size');
  }
  const isU64 = isIova(iova) && isIova(length);
  if (isU64 && !(isAligned(iova, space.alignment) && isAligned(length, space.alignment))) {
    throw failure('dma.alignment', { iova, size: length, pageSize: space.alignment });
  }
  return requireRange(iova, length);
}

/** The last address of a range that is not empty. */
function requireRange(iova: Iova, size: Iova): Iova {
  const last = isIova(iova) && isIova(size) ? lastOf(iova, size) : undefined;
  if (last === undefined) {
    throw failure('dma.overflow', { iova, size });
  }
  return last;
}
