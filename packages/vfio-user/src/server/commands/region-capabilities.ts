import type { RegionCapability } from '@mdevkit/core';
import {
  VFIO_REGION_INFO_CAP_SPARSE_MMAP,
  VFIO_REGION_INFO_CAP_TYPE,
  VfioInfoCapHeader,
  VfioRegionInfo,
  VfioRegionInfoCapSparseMmap,
  VfioRegionInfoCapType,
} from '@mdevkit/uapi';

/**
 * The capabilities of a region as they follow its info. Only kinds that the specification has: areas, and then only if
 * the region `isMappable`, and the type.
 *
 * Source: vfio-user protocol specification, VFIO region capabilities.
 */
export function packCapabilities(
  capabilities: readonly RegionCapability[],
  isMappable: boolean,
): Uint8Array {
  const packed = capabilities
    .map((capability) => packOne(capability, isMappable))
    .filter((part) => part.length > 0);
  const chain = new Uint8Array(packed.reduce((length, part) => length + part.length, 0));
  const view = new DataView(chain.buffer);
  let at = 0;
  packed.forEach((part, i) => {
    chain.set(part, at);
    const end = at + part.length;
    if (i < packed.length - 1) {
      VfioInfoCapHeader.view().at(view, at).next = VfioRegionInfo.size + end;
    }
    at = end;
  });
  return chain;
}

/** All sizes are multiples of 8, to which capabilities are aligned. */
function packOne(capability: RegionCapability, isMappable: boolean): Uint8Array {
  if (capability.kind === 'sparse-mmap' && isMappable) {
    return VfioRegionInfoCapSparseMmap.encode({
      header: { id: VFIO_REGION_INFO_CAP_SPARSE_MMAP, version: 1 },
      nr_areas: capability.areas.length,
      areas: capability.areas.map(({ offset, size }) => ({
        offset: BigInt(offset),
        size: BigInt(size),
      })),
    });
  }
  if (capability.kind === 'type') {
    const { type, subtype } = capability;
    const header = { id: VFIO_REGION_INFO_CAP_TYPE, version: 1 };
    return VfioRegionInfoCapType.encode({ header, type, subtype });
  }
  return new Uint8Array(0);
}
