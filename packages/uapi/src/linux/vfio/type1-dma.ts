import { struct, tail, u32, u64, u8 } from '../../codec/index.js';

/**
 * Mappings of a type 1 IOMMU: VFIO_IOMMU_MAP_DMA and VFIO_IOMMU_UNMAP_DMA. Addresses and lengths
 * are in bytes.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flags of {@link VfioIommuType1DmaMap}: what the device may do; only the address changes. */
export const VFIO_DMA_MAP_FLAG_READ = 1 << 0;
export const VFIO_DMA_MAP_FLAG_WRITE = 1 << 1;
export const VFIO_DMA_MAP_FLAG_VADDR = 1 << 2;

/** Argument of VFIO_IOMMU_MAP_DMA. */
export const VfioIommuType1DmaMap = struct('vfio_iommu_type1_dma_map', {
  argsz: u32(0),
  flags: u32(4),
  vaddr: u64(8),
  iova: u64(16),
  size: u64(24),
});

/** Flags of {@link VfioIommuType1DmaUnmap}: with bitmap; everything; only the address goes. */
export const VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP = 1 << 0;
export const VFIO_DMA_UNMAP_FLAG_ALL = 1 << 1;
export const VFIO_DMA_UNMAP_FLAG_VADDR = 1 << 2;

/**
 * Argument and answer of VFIO_IOMMU_UNMAP_DMA: `size` comes back as the bytes that were unmapped.
 * `data` is a {@link VfioBitmap} when the bitmap is asked for.
 */
export const VfioIommuType1DmaUnmap = struct('vfio_iommu_type1_dma_unmap', {
  argsz: u32(0),
  flags: u32(4),
  iova: u64(8),
  size: u64(16),
  data: tail(24, u8),
});
