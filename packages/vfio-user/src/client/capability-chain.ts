import type { MmapArea, RegionCapability } from '@mdevkit/core';
import {
  VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
  VFIO_REGION_INFO_CAP_SPARSE_MMAP,
  VFIO_REGION_INFO_CAP_TYPE,
  VfioInfoCapHeader,
  VfioRegionInfo,
  VfioRegionInfoCapSparseMmap,
  VfioRegionInfoCapType,
  VfioRegionSparseMmapArea,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';

/** Capabilities of one region; Linux knows five kinds. */
const MAX_CAPABILITIES = 64;

const MAX_AREA = BigInt(Number.MAX_SAFE_INTEGER);

interface Extent {
  readonly start: number;
  readonly end: number;
}

/**
 * The capabilities of a region-info reply, of which `reply` has all bytes. `first` is the offset of the first one, 0 if
 * there is none; offsets count from the start of the reply. Kinds that are not known are left out.
 *
 * Throws `vfio-user.bad-reply` for a chain that leaves the reply, meets itself, or describes what lies outside of the
 * region of `regionSize` bytes.
 *
 * Source: Linux include/uapi/linux/vfio.h, struct vfio_info_cap_header.
 */
export function parseCapabilities(
  reply: DataView,
  first: number,
  regionSize: number,
): readonly RegionCapability[] {
  const capabilities: RegionCapability[] = [];
  const extents: Extent[] = [];
  for (let at = first; at !== 0;) {
    if (extents.length === MAX_CAPABILITIES) {
      throw bad('too many capabilities', at);
    }
    requireInside(reply, at, VfioInfoCapHeader.size);
    const { id, next } = VfioInfoCapHeader.view().at(reply, at);
    const size = sizeOf(reply, at, id);
    requireInside(reply, at, size);
    const extent = { start: at, end: at + size };
    if (extents.some((other) => overlap(extent, other))) {
      throw bad('capabilities overlap', at);
    }
    extents.push(extent);
    const capability = parseOne(reply, at, id, regionSize);
    if (capability !== undefined) {
      capabilities.push(capability);
    }
    at = next;
  }
  return capabilities;
}

/** Bytes of the capability at `at`; of an unknown one only its header is known. */
function sizeOf(reply: DataView, at: number, id: number): number {
  switch (id) {
    case VFIO_REGION_INFO_CAP_SPARSE_MMAP: {
      requireInside(reply, at, VfioRegionInfoCapSparseMmap.size);
      const { nr_areas } = VfioRegionInfoCapSparseMmap.view().at(reply, at);
      return VfioRegionInfoCapSparseMmap.size + nr_areas * VfioRegionSparseMmapArea.size;
    }
    case VFIO_REGION_INFO_CAP_TYPE:
      return VfioRegionInfoCapType.size;
    default:
      return VfioInfoCapHeader.size;
  }
}

function parseOne(
  reply: DataView,
  at: number,
  id: number,
  regionSize: number,
): RegionCapability | undefined {
  switch (id) {
    case VFIO_REGION_INFO_CAP_SPARSE_MMAP:
      return { kind: 'sparse-mmap', areas: parseAreas(reply, at, regionSize) };
    case VFIO_REGION_INFO_CAP_TYPE: {
      const { type, subtype } = VfioRegionInfoCapType.view().at(reply, at);
      return { kind: 'type', type, subtype };
    }
    case VFIO_REGION_INFO_CAP_MSIX_MAPPABLE:
      return { kind: 'msix-mappable' };
    default:
      return undefined;
  }
}

function parseAreas(reply: DataView, at: number, regionSize: number): readonly MmapArea[] {
  const { nr_areas } = VfioRegionInfoCapSparseMmap.view().at(reply, at);
  const areas: MmapArea[] = [];
  const view = VfioRegionSparseMmapArea.view();
  for (let i = 0; i < nr_areas; i++) {
    const where = at + VfioRegionInfoCapSparseMmap.size + i * VfioRegionSparseMmapArea.size;
    const { offset, size } = view.at(reply, where);
    if (offset > MAX_AREA || size > MAX_AREA || Number(offset) + Number(size) > regionSize) {
      throw bad('an area is not inside the region', where);
    }
    areas.push({ offset: Number(offset), size: Number(size) });
  }
  requireApart(areas, at);
  return areas;
}

function requireApart(areas: readonly MmapArea[], at: number): void {
  const sorted = [...areas].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { offset, size } of sorted) {
    if (offset < end) {
      throw bad('areas overlap', at);
    }
    end = offset + size;
  }
}

function requireInside(reply: DataView, at: number, size: number): void {
  if (at < VfioRegionInfo.size || at + size > reply.byteLength) {
    throw bad('a capability is not inside the reply', at);
  }
}

function overlap(a: Extent, b: Extent): boolean {
  return a.start < b.end && b.start < a.end;
}

function bad(problem: string, at: number): Error {
  return failure('vfio-user.bad-reply', { problem, at });
}
