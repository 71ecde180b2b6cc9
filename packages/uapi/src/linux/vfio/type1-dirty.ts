import { nested, struct, tail, u32, u64, u8 } from '../../codec/index.js';

/**
 * Finding out which pages of a type 1 IOMMU were written: VFIO_IOMMU_DIRTY_PAGES.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Where to put a bitmap: bytes of a page, bytes of the bitmap, user address (a pointer in C). */
export const VfioBitmap = struct('vfio_bitmap', { pgsize: u64(0), size: u64(8), data: u64(16) });

/** Flags of {@link VfioIommuType1DirtyBitmap}, exactly one. */
export const VFIO_IOMMU_DIRTY_PAGES_FLAG_START = 1 << 0;
export const VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP = 1 << 1;
export const VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP = 1 << 2;

/** Argument of VFIO_IOMMU_DIRTY_PAGES; GET_BITMAP has {@link VfioIommuType1DirtyBitmapGet} in `data`. */
export const VfioIommuType1DirtyBitmap = struct('vfio_iommu_type1_dirty_bitmap', {
  argsz: u32(0),
  flags: u32(4),
  data: tail(8, u8),
});

/** The range to report on, in bytes, and where the bitmap goes. */
export const VfioIommuType1DirtyBitmapGet = struct('vfio_iommu_type1_dirty_bitmap_get', {
  iova: u64(0),
  size: u64(8),
  bitmap: nested(16, VfioBitmap),
});
