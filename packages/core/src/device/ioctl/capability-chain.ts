import {
  VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
  VFIO_REGION_INFO_CAP_SPARSE_MMAP,
  VFIO_REGION_INFO_CAP_TYPE,
  VfioInfoCapHeader,
  VfioRegionInfoCapSparseMmap,
  VfioRegionInfoCapType,
  VfioRegionSparseMmapArea,
} from '@mdevkit/uapi';
import type { RegionCapability } from '../contract.js';

/** Capabilities start on 8-byte boundaries. Source: Linux drivers/vfio/vfio_main.c, vfio_info_cap_add. */
const CAP_ALIGNMENT = 8;

/**
 * The bytes of a capability chain that is to stand `base` bytes into its info structure. `next` fields count
 * from the start of that structure; the last is 0.
 */
export function packCapabilities(
  capabilities: readonly RegionCapability[],
  base: number,
): Uint8Array {
  const parts = capabilities.map(packOne);
  const sizes = parts.map((part) => Math.ceil(part.length / CAP_ALIGNMENT) * CAP_ALIGNMENT);
  const chain = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const header = VfioInfoCapHeader.view();
  let at = 0;
  parts.forEach((part, i) => {
    chain.set(part, at);
    const size = sizes[i] ?? 0;
    if (i < parts.length - 1) {
      header.at(new DataView(chain.buffer), at).next = base + at + size;
    }
    at += size;
  });
  return chain;
}

function packOne(capability: RegionCapability): Uint8Array {
  switch (capability.kind) {
    case 'sparse-mmap':
      return packSparse(capability);
    case 'type':
      return VfioRegionInfoCapType.encode({
        header: { id: VFIO_REGION_INFO_CAP_TYPE, version: 1 },
        type: capability.type,
        subtype: capability.subtype,
      });
    case 'msix-mappable':
      return VfioInfoCapHeader.encode({ id: VFIO_REGION_INFO_CAP_MSIX_MAPPABLE, version: 1 });
  }
}

function packSparse(capability: Extract<RegionCapability, { kind: 'sparse-mmap' }>): Uint8Array {
  const { areas } = capability;
  const head = VfioRegionInfoCapSparseMmap.size;
  const bytes = new Uint8Array(head + areas.length * VfioRegionSparseMmapArea.size);
  VfioRegionInfoCapSparseMmap.encode(
    {
      header: { id: VFIO_REGION_INFO_CAP_SPARSE_MMAP, version: 1 },
      nr_areas: areas.length,
    },
    bytes,
  );
  areas.forEach((area, i) => {
    VfioRegionSparseMmapArea.encode(
      { offset: BigInt(area.offset), size: BigInt(area.size) },
      bytes,
      head + i * VfioRegionSparseMmapArea.size,
    );
  });
  return bytes;
}
