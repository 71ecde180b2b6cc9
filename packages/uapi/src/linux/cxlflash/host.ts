import { array, bytes, nested, struct, u16, u32, u64 } from '../../codec/index.js';
import { CXLFLASH_WWID_LEN } from './header.js';

/**
 * Ioctls on the adapter itself: making LUNs, and a debugger's commands.
 *
 * Source: `include/uapi/scsi/cxlflash_ioctl.h`.
 */

/** The only version there is. */
export const HT_CXLFLASH_VERSION_0 = 0;

/** Begins the arguments of both. */
export const HtCxlflashHdr = struct('ht_cxlflash_hdr', {
  version: u16(0),
  subcmd: u16(2),
  rsvd: array(4, u16, 2),
  flags: u64(8),
  return_flags: u64(16),
});

/** Flags of {@link HtCxlflashHdr}: where the data go. */
export const HT_CXLFLASH_HOST_READ = 0x0n;
export const HT_CXLFLASH_HOST_WRITE = 0x1n;

/** Values of `subcmd` of HT_CXLFLASH_LUN_PROVISION. */
export const HT_CXLFLASH_LUN_PROVISION_SUBCMD_CREATE_LUN = 1;
export const HT_CXLFLASH_LUN_PROVISION_SUBCMD_DELETE_LUN = 2;
export const HT_CXLFLASH_LUN_PROVISION_SUBCMD_QUERY_PORT = 3;

/** Argument of HT_CXLFLASH_LUN_PROVISION; sizes and capacities are in blocks of 4 KiB. */
export const HtCxlflashLunProvision = struct('ht_cxlflash_lun_provision', {
  hdr: nested(0, HtCxlflashHdr),
  port: u16(24),
  reserved16: array(26, u16, 3),
  size: u64(32),
  lun_id: u64(40),
  wwid: bytes(48, CXLFLASH_WWID_LEN),
  max_num_luns: u64(64),
  cur_num_luns: u64(72),
  max_cap_port: u64(80),
  cur_cap_port: u64(88),
  reserved: array(96, u64, 8),
});

/** The most `data_len` may be, and bytes of `afu_subcmd`. */
export const HT_CXLFLASH_AFU_DEBUG_MAX_DATA_LEN = 262_144;
export const HT_CXLFLASH_AFU_DEBUG_SUBCMD_LEN = 12;

/** Argument of HT_CXLFLASH_AFU_DEBUG; `data_ea` is the user address of `data_len` bytes. */
export const HtCxlflashAfuDebug = struct('ht_cxlflash_afu_debug', {
  hdr: nested(0, HtCxlflashHdr),
  reserved8: bytes(24, 4),
  afu_subcmd: bytes(28, HT_CXLFLASH_AFU_DEBUG_SUBCMD_LEN),
  data_ea: u64(40),
  data_len: u32(48),
  reserved32: u32(52),
  reserved: array(56, u64, 8),
});
