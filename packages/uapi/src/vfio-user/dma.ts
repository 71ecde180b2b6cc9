import { struct, tail, u32, u53, u64, u8 } from '../codec/index.js';

/**
 * The client's memory: VFIO_USER_DMA_MAP, VFIO_USER_DMA_UNMAP, and access to it by messages,
 * VFIO_USER_DMA_READ and VFIO_USER_DMA_WRITE. Addresses and lengths are in bytes.
 *
 * Source: `docs/interop/vfio-user.rst` of QEMU, sections of those names.
 */

/** Flags of {@link VfioUserDmaMap}: what the device may do. */
export const VFIO_USER_F_DMA_REGION_READ = 1 << 0;
export const VFIO_USER_F_DMA_REGION_WRITE = 1 << 1;

/**
 * Flags of {@link VfioUserDmaMap}: how the server reaches the memory, by mmap(2) or by pread(2) and
 * pwrite(2) of the descriptor. With neither: mmap(2) if there is a descriptor, else messages.
 */
export const VFIO_USER_F_DMA_REGION_ACCESS_MMAP = 1 << 2;
export const VFIO_USER_F_DMA_REGION_ACCESS_FILE_IO = 1 << 3;

/** Request of VFIO_USER_DMA_MAP. `offset` is where the memory begins in the descriptor. */
export const VfioUserDmaMap = struct('vfio_user_dma_map', {
  argsz: u32(0),
  flags: u32(4),
  offset: u64(8),
  addr: u64(16),
  size: u64(24),
});

/**
 * Request and reply of VFIO_USER_DMA_UNMAP. The specification gives `flags` no meaning; libvfio-user
 * takes VFIO_DMA_UNMAP_FLAG_ALL and VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, with which a
 * {@link VfioUserBitmap} follows.
 */
export const VfioUserDmaUnmap = struct('vfio_user_dma_unmap', {
  argsz: u32(0),
  flags: u32(4),
  addr: u64(8),
  size: u64(16),
});

/** What follows {@link VfioUserDmaUnmap} when the dirty pages are asked for; a bit for a page. */
export const VfioUserBitmap = struct('vfio_user_bitmap', {
  pgsize: u64(0),
  size: u64(8),
  data: tail(16, u8),
});

/**
 * VFIO_USER_DMA_READ and VFIO_USER_DMA_WRITE, both ways: `data` is in the reply of a read and in the
 * request of a write. Reading a `count` of 2^53 and more throws a RangeError.
 */
export const VfioUserDmaRegionAccess = struct('vfio_user_dma_region_access', {
  addr: u64(0),
  count: u53(8),
  data: tail(16, u8),
});
