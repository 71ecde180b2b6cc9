import { failure } from '../../errors/index.js';
import type { AddressSpace } from './address-space.js';

/**
 * Lists what can be mapped in a space as pairs of first and last address, ascending, and returns how many there
 * are. Throws EMSGSIZE, with the number as `count` in its details, when `slots` has room for fewer; as many as
 * fit are filled in then, and nothing is written behind them.
 *
 * Source: Linux drivers/iommu/iommufd/ioas.c, iommufd_ioas_iova_ranges.
 */
export function fillIovaRanges(space: AddressSpace, slots: BigUint64Array): number {
  const ranges = space.usableRanges;
  const room = Math.floor(slots.length / 2);
  for (const [i, { start, last }] of ranges.slice(0, room).entries()) {
    slots[2 * i] = BigInt(start);
    slots[2 * i + 1] = BigInt(last);
  }
  if (ranges.length > room) {
    throw failure('ioas.range-slots', { count: ranges.length, slots: room });
  }
  return ranges.length;
}
