import type { AddressSpace } from '../space/address-space.js';
import type { Area } from '../space/area.js';
import type { Iova } from './dma.js';

/**
 * The hot path's translation: the map that holds all of a range, if it has the permission `bit`. Whether its
 * memory is still there is not asked. Undefined means that the range is to be looked at piece by piece, also
 * because `iova` is no address, or because something is beyond what 31 bits can say.
 */
export function reach(
  space: AddressSpace,
  iova: Iova,
  length: number,
  bit: number,
): Area | undefined {
  // Said like this, NaN does not pass.
  if (typeof iova !== 'number' || !(iova >= 0 && iova <= Number.MAX_SAFE_INTEGER)) {
    return undefined;
  }
  const area = space.find(iova);
  if (area === undefined || typeof area.start !== 'number' || (area.access & bit) === 0) {
    return undefined;
  }
  const distance = iova - area.start;
  // Only a whole number is the same afterwards.
  const within = distance | 0;
  return within === distance && within + length <= area.size ? area : undefined;
}

/** Where an address that was reached lies in the memory of its map. */
export function reachedOffset(area: Area, iova: Iova): number {
  return area.offset + (((iova as number) - (area.start as number)) | 0);
}
