import { array, nested, struct, u64 } from '../../codec/index.js';
import { DkCxlflashHdr } from './header.js';

/**
 * Resources of a context: a whole LUN, or a virtual one cut from it. The answer names a resource by
 * a handle, which commands carry.
 *
 * Source: `include/uapi/scsi/cxlflash_ioctl.h`.
 */

/** Argument of DK_CXLFLASH_USER_DIRECT. */
export const DkCxlflashUdirect = struct('dk_cxlflash_udirect', {
  hdr: nested(0, DkCxlflashHdr),
  context_id: u64(24),
  rsrc_handle: u64(32),
  last_lba: u64(40),
  reserved: array(48, u64, 8),
});

/** Flag of {@link DkCxlflashUvirtual}: blocks are scrubbed when they are given back. */
export const DK_CXLFLASH_UVIRTUAL_NEED_WRITE_SAME = 1n << 63n;

/** Argument of DK_CXLFLASH_USER_VIRTUAL; `lun_size` is in blocks of 4 KiB. */
export const DkCxlflashUvirtual = struct('dk_cxlflash_uvirtual', {
  hdr: nested(0, DkCxlflashHdr),
  context_id: u64(24),
  lun_size: u64(32),
  rsrc_handle: u64(40),
  last_lba: u64(48),
  reserved: array(56, u64, 8),
});

/** Argument of DK_CXLFLASH_RELEASE. */
export const DkCxlflashRelease = struct('dk_cxlflash_release', {
  hdr: nested(0, DkCxlflashHdr),
  context_id: u64(24),
  rsrc_handle: u64(32),
  reserved: array(40, u64, 8),
});

/** Argument of DK_CXLFLASH_VLUN_RESIZE; `req_size` is in blocks of 4 KiB. */
export const DkCxlflashResize = struct('dk_cxlflash_resize', {
  hdr: nested(0, DkCxlflashHdr),
  context_id: u64(24),
  rsrc_handle: u64(32),
  req_size: u64(40),
  last_lba: u64(48),
  reserved: array(56, u64, 8),
});

/** Argument of DK_CXLFLASH_VLUN_CLONE: all virtual LUNs of one context, into an empty one. */
export const DkCxlflashClone = struct('dk_cxlflash_clone', {
  hdr: nested(0, DkCxlflashHdr),
  context_id_src: u64(24),
  context_id_dst: u64(32),
  adap_fd_src: u64(40),
  reserved: array(48, u64, 8),
});
