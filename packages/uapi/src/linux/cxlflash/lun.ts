import { array, bytes, nested, struct, u64 } from '../../codec/index.js';
import { CXLFLASH_WWID_LEN, DkCxlflashHdr } from './header.js';

/**
 * The LUN behind the resources: whether it is still as it was, and who may use it how.
 *
 * Source: `include/uapi/scsi/cxlflash_ioctl.h`.
 */

/** Bytes of sense data in {@link DkCxlflashVerify}. */
export const DK_CXLFLASH_VERIFY_SENSE_LEN = 18;

/** Value of `hint` in {@link DkCxlflashVerify}: `sense_data` say what happened. */
export const DK_CXLFLASH_VERIFY_HINT_SENSE = 1n << 63n;

/** Argument of DK_CXLFLASH_VERIFY; the answer is the last block there is now. */
export const DkCxlflashVerify = struct('dk_cxlflash_verify', {
  hdr: nested(0, DkCxlflashHdr),
  context_id: u64(24),
  rsrc_handle: u64(32),
  hint: u64(40),
  last_lba: u64(48),
  sense_data: bytes(56, DK_CXLFLASH_VERIFY_SENSE_LEN),
  pad: bytes(74, 6),
  reserved: array(80, u64, 8),
});

/** Bytes of `wwid` in {@link DkCxlflashManageLun}. */
export const DK_CXLFLASH_MANAGE_LUN_WWID_LEN = CXLFLASH_WWID_LEN;

/** Flags of {@link DkCxlflashManageLun}: let users in; keep them out; all ports reach the LUN. */
export const DK_CXLFLASH_MANAGE_LUN_ENABLE_SUPERPIPE = 1n << 63n;
export const DK_CXLFLASH_MANAGE_LUN_DISABLE_SUPERPIPE = 1n << 62n;
export const DK_CXLFLASH_MANAGE_LUN_ALL_PORTS_ACCESSIBLE = 1n << 61n;

/** Argument of DK_CXLFLASH_MANAGE_LUN. */
export const DkCxlflashManageLun = struct('dk_cxlflash_manage_lun', {
  hdr: nested(0, DkCxlflashHdr),
  wwid: bytes(24, DK_CXLFLASH_MANAGE_LUN_WWID_LEN),
  reserved: array(40, u64, 8),
});
