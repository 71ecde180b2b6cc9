import { nested, pad, struct, tail, u32, u64 } from '../../codec/index.js';
import { VfioInfoCapHeader } from './capability.js';

/**
 * What a type 1 IOMMU can do: VFIO_IOMMU_GET_INFO.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flags of {@link VfioIommuType1Info}: `iova_pgsizes` is valid; capabilities follow. */
export const VFIO_IOMMU_INFO_PGSIZES = 1 << 0;
export const VFIO_IOMMU_INFO_CAPS = 1 << 1;

/** Answer of VFIO_IOMMU_GET_INFO; bit n of `iova_pgsizes` stands for pages of 2^n bytes. */
export const VfioIommuType1Info = struct('vfio_iommu_type1_info', {
  argsz: u32(0),
  flags: u32(4),
  iova_pgsizes: u64(8),
  cap_offset: u32(16),
  pad: u32(20),
});

/** Capabilities behind {@link VfioIommuType1Info}. */
export const VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE = 1;
export const VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION = 2;
export const VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL = 3;

/** A range of addresses, `end` included. */
export const VfioIovaRange = struct('vfio_iova_range', { start: u64(0), end: u64(8) });

/** Capability IOVA_RANGE: the addresses that can be mapped. */
export const VfioIommuType1InfoCapIovaRange = struct('vfio_iommu_type1_info_cap_iova_range', {
  header: nested(0, VfioInfoCapHeader),
  nr_iovas: u32(8),
  reserved: u32(12),
  iova_ranges: tail(16, VfioIovaRange),
});

/** Capability MIGRATION: page sizes dirty pages can be logged in, and bytes of one bitmap. */
export const VfioIommuType1InfoCapMigration = struct('vfio_iommu_type1_info_cap_migration', {
  header: nested(0, VfioInfoCapHeader),
  flags: u32(8),
  _: pad(12, 4),
  pgsize_bitmap: u64(16),
  max_dirty_bitmap_size: u64(24),
});

/** Capability DMA_AVAIL: how many more mappings there may be. */
export const VfioIommuType1InfoDmaAvail = struct('vfio_iommu_type1_info_dma_avail', {
  header: nested(0, VfioInfoCapHeader),
  avail: u32(8),
});
