import { outcome } from '../../errors/outcome.test-support.js';
import type { Iova } from '../dma/dma.js';
import { LAST_IOVA } from '../iova.js';
import type { MemoryObject } from '../memory/index.js';
import type { AddressSpace } from './address-space.js';
import type { Area } from './area.js';
import {
  IOMMU_PAGE_SIZE as PAGE,
  type CopyRequest,
  type MapRequest,
  type SpaceConstraints,
} from './requests.js';

/** The mock domain of tools/testing/selftests/iommu/iommufd_utils.h: aperture, and a page below the kernel's. */
export const MOCK_START = 2 ** 24;
export const MOCK_LAST = 2 ** 31 - 1;
export const MOCK_PAGE = 2048;
export const MOCK: SpaceConstraints = {
  pageSizes: BigInt(MOCK_PAGE | PAGE),
  reserved: [
    { start: 0, last: MOCK_START - 1 },
    { start: MOCK_LAST + 1, last: LAST_IOVA },
  ],
};

/** Memory of any size of which nothing is there: maps do not look into it. */
export function sized(size: number, writable = true): MemoryObject {
  return {
    size,
    writable,
    bytes: undefined,
    read: () => undefined,
    write: () => undefined,
    view: () => undefined,
    pin: () => ({ [Symbol.dispose]: () => undefined }),
  };
}

/** Where it was mapped, or the error. Without `memory` it is of the right size. */
export function map(
  space: AddressSpace,
  request: Omit<MapRequest, 'memory'> & Partial<MapRequest>,
): Iova | string {
  const memory = request.memory ?? sized((request.offset ?? 0) + Math.max(0, request.size ?? PAGE));
  return outcome(() => space.map({ ...request, memory }));
}

/** How much was unmapped, or the error. */
export function unmap(space: AddressSpace, iova: Iova, length: Iova): number | string {
  return outcome(() => space.unmap(iova, length));
}

export function copy(to: AddressSpace, from: AddressSpace, request: CopyRequest): Iova | string {
  return outcome(() => to.copy(from, request));
}

/** Which of the first pages are mapped, one letter each. */
export function pages(space: AddressSpace, count = 8): string {
  return Array.from({ length: count }, (_, page) =>
    space.find(page * PAGE) === undefined ? '.' : 'x',
  ).join('');
}

/** What a map is, without the state of its pins. */
export function shapeOf({ start, size, memory, offset, access, unmapping }: Area): object {
  return { start, size, memory, offset, access, unmapping };
}

/** Everything that an operation could change, for comparison. */
export function snapshot(space: AddressSpace): object {
  return {
    areas: [...space.areas].map(shapeOf),
    mapCount: space.mapCount,
    alignment: space.alignment,
    pageSizes: space.pageSizes,
    usable: space.usableRanges,
    isBusy: space.isBusy,
    dirtyLog: space.dirtyLog,
    auto: outcome(() => space.allocate(PAGE, 0)),
  };
}
