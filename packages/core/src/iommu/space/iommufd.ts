import { failure } from '../../errors/index.js';
import { isAligned, isIova, isZero, LAST_IOVA, lastOf } from '../iova.js';
import type { Iova } from '../dma/dma.js';
import { WRITE } from './area.js';
import type { MapCall, Personality, SpaceState } from './personality.js';

/** The kernel's iommufd: an I/O address space object (IOAS). */
export const iommufd: Personality = {
  name: 'iommufd',
  mapLimit: Infinity,
  alignment: 1,
  place,
  checkUnmap,
  cutRemovesNothing: false,
  cut: 'ioas.cut',
  nothing: 'ioas.nothing',
  hole: 'ioas.hole',
  conflict: 'ioas.conflict',
  unmapRounds: 100,
  stuck: 'ioas.stuck',
  writeNeedsRead: false,
  pinLimit: undefined,
};

/** drivers/iommu/iommufd/ioas.c, iommufd_ioas_map; io_pagetable.c, iopt_alloc_area_pages, iopt_insert_area. */
function place(space: SpaceState, call: MapCall): Iova {
  const { iova, offset, size, access, memory } = call;
  const { alignment } = space;
  if ((iova !== undefined && !isBelowTheLast(iova)) || !isBelowTheLast(size)) {
    throw failure('dma.overflow', { iova, size });
  }
  if (access === 0) {
    throw failure('dma.flags');
  }
  if (offset + size > memory.size) {
    throw failure('ioas.memory', { offset, size, available: memory.size });
  }
  if (size === 0) {
    throw failure('dma.size');
  }
  if (size % alignment !== 0) {
    throw failure('dma.alignment', { size, alignment });
  }
  const place = iova === undefined ? choose(space, call) : check(space, iova, size);
  if ((access & WRITE) !== 0 && !memory.writable) {
    throw failure('ioas.read-only');
  }
  if (offset % alignment !== 0) {
    throw failure('dma.alignment', { offset, alignment });
  }
  if (space.mapCount >= space.mapLimit) {
    throw failure('dma.limit', { limit: space.mapLimit });
  }
  return place;
}

/** io_pagetable.c, iopt_alloc_iova. */
function choose(space: SpaceState, { offset, size }: MapCall): Iova {
  if (offset % space.alignment !== 0) {
    throw failure('dma.alignment', { offset, alignment: space.alignment });
  }
  const iova = space.allocate(size, offset);
  if (iova === undefined) {
    throw failure('ioas.no-space', { size });
  }
  return iova;
}

/** io_pagetable.c, iopt_check_iova. */
function check(space: SpaceState, iova: Iova, size: number): Iova {
  if (!isAligned(iova, space.alignment)) {
    throw failure('dma.alignment', { iova, alignment: space.alignment });
  }
  const last = lastOf(iova, size);
  if (last === undefined) {
    throw failure('dma.overflow', { iova, size });
  }
  if (space.isReserved(iova, last)) {
    throw failure('dma.reserved', { iova, size });
  }
  if (space.overlaps(iova, last)) {
    throw failure('dma.overlap', { iova, size });
  }
  return iova;
}

/** drivers/iommu/iommufd/ioas.c, iommufd_ioas_unmap; all of the space is the space's own `unmapAll`. */
function checkUnmap(_space: SpaceState, iova: Iova, length: Iova): Iova {
  if (!isBelowTheLast(iova) || !isBelowTheLast(length)) {
    throw failure('dma.overflow', { iova, size: length });
  }
  if (isZero(length)) {
    throw failure('dma.size');
  }
  const last = lastOf(iova, length);
  if (last === undefined) {
    throw failure('dma.overflow', { iova, size: length });
  }
  return last;
}

/** U64_MAX is neither an address nor a length of iommufd. */
function isBelowTheLast(value: Iova): boolean {
  return isIova(value) && value !== LAST_IOVA;
}
