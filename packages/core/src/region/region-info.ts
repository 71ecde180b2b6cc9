import {
  VFIO_REGION_INFO_FLAG_CAPS,
  VFIO_REGION_INFO_FLAG_MMAP,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
} from '@mdevkit/uapi';

import type { MmapArea, RegionCapability } from '../device/contract.js';
import type { FilePlace } from '../iommu/memory/index.js';
import type { MemoryRange, RegionSpec } from './region-spec.js';

/** The ranges that a client may map, by offset. */
export function mappableRanges(spec: RegionSpec): readonly MemoryRange[] {
  return spec.ranges
    .filter((range): range is MemoryRange => range.kind === 'memory' && range.mmap === true)
    .sort((a, b) => a.offset - b.offset);
}

/**
 * The one file that holds all that a client may map, with the region at an offset in it; undefined when there is none,
 * also when the parts lie in it otherwise than in the region.
 */
export function regionFile(mappable: readonly MemoryRange[]): FilePlace | undefined {
  const [first] = mappable;
  const place = first?.memory.place;
  if (first === undefined || place === undefined) {
    return undefined;
  }
  const start = place.offset - first.offset;
  const fits = mappable.every(
    ({ offset, memory }) =>
      memory.place?.fd === place.fd && memory.place.offset - offset === start && start >= 0,
  );
  return fits ? { fd: place.fd, offset: start } : undefined;
}

/**
 * The capability chain. SPARSE_MMAP is there when one call could not map the whole region; each of its
 * areas can be mapped with one call. Memories that touch stay two areas, since one mapping of both would
 * not be without a copy. Source: include/uapi/linux/vfio.h, struct vfio_region_info_cap_sparse_mmap;
 * MSIX_MAPPABLE comes only with a mappable region: drivers/vfio/pci/vfio_pci_core.c,
 * vfio_pci_ioctl_get_region_info.
 */
export function regionCapabilities(
  spec: RegionSpec,
  mappable: readonly MemoryRange[],
): readonly RegionCapability[] {
  const capabilities: RegionCapability[] = [];
  const areas = mappable.map(({ offset, memory }): MmapArea =>
    Object.freeze({ offset, size: memory.size }),
  );
  if (areas.length > 0 && areas[0]?.size !== spec.size) {
    capabilities.push({ kind: 'sparse-mmap', areas: Object.freeze(areas) });
  }
  if (spec.type !== undefined) {
    capabilities.push({ kind: 'type', type: spec.type.type, subtype: spec.type.subtype });
  }
  if (spec.msixMappable === true && areas.length > 0) {
    capabilities.push({ kind: 'msix-mappable' });
  }
  return Object.freeze(capabilities.map((capability) => Object.freeze(capability)));
}

/** VFIO_REGION_INFO_FLAG_* of a region. */
export function regionFlags(
  spec: RegionSpec,
  mappable: readonly MemoryRange[],
  capabilities: readonly RegionCapability[],
): number {
  return (
    (spec.access === 'wo' ? 0 : VFIO_REGION_INFO_FLAG_READ) |
    (spec.access === 'ro' ? 0 : VFIO_REGION_INFO_FLAG_WRITE) |
    (mappable.length === 0 ? 0 : VFIO_REGION_INFO_FLAG_MMAP) |
    (capabilities.length === 0 ? 0 : VFIO_REGION_INFO_FLAG_CAPS)
  );
}
