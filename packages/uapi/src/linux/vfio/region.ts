import { nested, struct, tail, u32, u64 } from '../../codec/index.js';
import { VfioInfoCapHeader } from './capability.js';

/**
 * Regions, the address ranges of a device, and the capabilities that describe them further:
 * VFIO_DEVICE_GET_REGION_INFO.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flags of {@link VfioRegionInfo}: what may be done with the region; capabilities follow. */
export const VFIO_REGION_INFO_FLAG_READ = 1 << 0;
export const VFIO_REGION_INFO_FLAG_WRITE = 1 << 1;
export const VFIO_REGION_INFO_FLAG_MMAP = 1 << 2;
export const VFIO_REGION_INFO_FLAG_CAPS = 1 << 3;

/**
 * Answer of VFIO_DEVICE_GET_REGION_INFO. `offset` is where the region lies in the device's file
 * descriptor, `size` its bytes; a region that is not there has size 0 and no flags.
 */
export const VfioRegionInfo = struct('vfio_region_info', {
  argsz: u32(0),
  flags: u32(4),
  index: u32(8),
  cap_offset: u32(12),
  size: u64(16),
  offset: u64(24),
});

/** Capabilities behind {@link VfioRegionInfo}. MSIX_MAPPABLE is a header and nothing else. */
export const VFIO_REGION_INFO_CAP_SPARSE_MMAP = 1;
export const VFIO_REGION_INFO_CAP_TYPE = 2;
export const VFIO_REGION_INFO_CAP_MSIX_MAPPABLE = 3;
export const VFIO_REGION_INFO_CAP_NVLINK2_SSATGT = 4;
export const VFIO_REGION_INFO_CAP_NVLINK2_LNKSPD = 5;

/** A part of a region that may be mapped; both members in bytes, from the region's start. */
export const VfioRegionSparseMmapArea = struct('vfio_region_sparse_mmap_area', {
  offset: u64(0),
  size: u64(8),
});

/** Capability VFIO_REGION_INFO_CAP_SPARSE_MMAP: nothing but these areas may be mapped. */
export const VfioRegionInfoCapSparseMmap = struct('vfio_region_info_cap_sparse_mmap', {
  header: nested(0, VfioInfoCapHeader),
  nr_areas: u32(8),
  reserved: u32(12),
  areas: tail(16, VfioRegionSparseMmapArea),
});

/** Capability VFIO_REGION_INFO_CAP_TYPE: what a region beyond the fixed ones is for. */
export const VfioRegionInfoCapType = struct('vfio_region_info_cap_type', {
  header: nested(0, VfioInfoCapHeader),
  type: u32(8),
  subtype: u32(12),
});

/** Capability VFIO_REGION_INFO_CAP_NVLINK2_SSATGT, of devices no longer supported. */
export const VfioRegionInfoCapNvlink2Ssatgt = struct('vfio_region_info_cap_nvlink2_ssatgt', {
  header: nested(0, VfioInfoCapHeader),
  tgt: u64(8),
});

/** Capability VFIO_REGION_INFO_CAP_NVLINK2_LNKSPD, of devices no longer supported. */
export const VfioRegionInfoCapNvlink2Lnkspd = struct('vfio_region_info_cap_nvlink2_lnkspd', {
  header: nested(0, VfioInfoCapHeader),
  link_speed: u32(8),
  __pad: u32(12),
});
