import { failure } from '../../errors/index.js';
import type { Iova } from '../dma/dma.js';
import { advance } from '../iova.js';
import type { AddressSpace, Area } from '../space/index.js';
import { bytesFrom, neededAccess, requireRange } from './access-rules.js';
import { part, transfer } from './transfer.js';

/**
 * Copies between an array and what a space maps, byte by byte addressable and across maps. It stops at the
 * first error and undoes nothing, as the kernel; the error's details tell the bytes that were moved as `done`.
 *
 * Source: Linux drivers/iommu/iommufd/device.c, iommufd_access_rw; drivers/vfio/vfio_iommu_type1.c,
 * vfio_iommu_type1_dma_rw.
 */
export function accessMemory(
  space: AddressSpace,
  iova: Iova,
  data: Uint8Array,
  write: boolean,
): void {
  requireRange(iova, data.length);
  const needed = neededAccess(write, space.personality);
  let done = 0;
  while (done < data.length) {
    const at = advance(iova, done);
    const area = requireArea(space, at, needed, done);
    const size = Math.min(bytesFrom(area, at), data.length - done);
    if (write) {
      // First, as a write that fails may have stored a part.
      space.dirtyLog?.mark(at, size);
    }
    const { memory } = area;
    const offset = area.memoryOffset(at);
    transfer({ memory, offset, data: part(data, done, size), write, iova: at, done });
    done += size;
  }
}

function requireArea(space: AddressSpace, iova: Iova, needed: number, done: number): Area {
  const { personality } = space;
  const area = space.find(iova);
  if (area === undefined) {
    throw failure(personality.hole, { iova, done });
  }
  if (area.unmapping && personality.name === 'iommufd') {
    throw failure('access.unmapping', { iova, done });
  }
  if ((needed & ~area.access) !== 0) {
    throw failure('dma.permission', { iova, done });
  }
  return area;
}
