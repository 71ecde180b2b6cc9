import { struct, u32, u64 } from '../../codec/index.js';

/**
 * Which accelerator a descriptor belongs to: CXL_IOCTL_GET_AFU_ID.
 *
 * Source: `include/uapi/misc/cxl.h`.
 */

/** Values of `afu_mode` in {@link CxlAfuId}: one process owns the device, or many share it. */
export const CXL_MODE_DEDICATED = 0x1;
export const CXL_MODE_DIRECTED = 0x2;

/** Flag of {@link CxlAfuId}: the descriptor is that of a slave context. */
export const CXL_AFUID_FLAG_SLAVE = 0x1n;

/** Answer of CXL_IOCTL_GET_AFU_ID: the number of the card and of the accelerator on it. */
export const CxlAfuId = struct('cxl_afu_id', {
  flags: u64(0),
  card_id: u32(8),
  afu_offset: u32(12),
  afu_mode: u32(16),
  reserved1: u32(20),
  reserved2: u64(24),
  reserved3: u64(32),
  reserved4: u64(40),
  reserved5: u64(48),
  reserved6: u64(56),
});
