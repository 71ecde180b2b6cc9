import { array, struct, u16, u64 } from '../../codec/index.js';

/**
 * What begins the argument of every ioctl on a disk.
 *
 * Source: `include/uapi/scsi/cxlflash_ioctl.h`.
 */

/** The only version there is; others are refused. */
export const DK_CXLFLASH_VERSION_0 = 0;

/** Bytes of the worldwide name of a LUN. */
export const CXLFLASH_WWID_LEN = 16;

/** Header: `flags` go in, `return_flags` come out and are 0 on the way in, as `rsvd` is. */
export const DkCxlflashHdr = struct('dk_cxlflash_hdr', {
  version: u16(0),
  rsvd: array(2, u16, 3),
  flags: u64(8),
  return_flags: u64(16),
});

/**
 * Values of `return_flags` any ioctl may give: all ports reach the LUN; the caller must close the
 * adapter's descriptor when done; commands go through a submission queue.
 */
export const DK_CXLFLASH_ALL_PORTS_ACTIVE = 0x1n;
export const DK_CXLFLASH_APP_CLOSE_ADAP_FD = 0x2n;
export const DK_CXLFLASH_CONTEXT_SQ_CMD_MODE = 0x4n;
