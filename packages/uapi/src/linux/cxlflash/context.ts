import { array, nested, struct, u64 } from '../../codec/index.js';
import { DkCxlflashHdr } from './header.js';

/**
 * Contexts: getting one, giving it back, and getting a new one after an adapter was reset. A
 * `context_id` is a cookie of 64 bits; only its low half says something to the AFU.
 *
 * Source: `include/uapi/scsi/cxlflash_ioctl.h`.
 */

/** Flag of {@link DkCxlflashAttach}, beside O_RDONLY, O_WRONLY or O_RDWR: share a context. */
export const DK_CXLFLASH_ATTACH_REUSE_CONTEXT = 1n << 63n;

/**
 * Argument of DK_CXLFLASH_ATTACH. The caller gives `num_interrupts`, and `context_id` when it
 * shares one; the answer has the rest. `mmio_size` and `block_size` are in bytes, `max_xfer` in
 * blocks; `adap_fd` is a new descriptor only when the context is new.
 */
export const DkCxlflashAttach = struct('dk_cxlflash_attach', {
  hdr: nested(0, DkCxlflashHdr),
  num_interrupts: u64(24),
  context_id: u64(32),
  mmio_size: u64(40),
  block_size: u64(48),
  adap_fd: u64(56),
  last_lba: u64(64),
  max_xfer: u64(72),
  reserved: array(80, u64, 8),
});

/** Argument of DK_CXLFLASH_DETACH. */
export const DkCxlflashDetach = struct('dk_cxlflash_detach', {
  hdr: nested(0, DkCxlflashHdr),
  context_id: u64(24),
  reserved: array(32, u64, 8),
});

/** Value of `return_flags` of DK_CXLFLASH_RECOVER_AFU: the context is another one now. */
export const DK_CXLFLASH_RECOVER_AFU_CONTEXT_RESET = 1n << 63n;

/** Argument of DK_CXLFLASH_RECOVER_AFU; `context_id` goes in and may come out changed. */
export const DkCxlflashRecoverAfu = struct('dk_cxlflash_recover_afu', {
  hdr: nested(0, DkCxlflashHdr),
  reason: u64(24),
  context_id: u64(32),
  mmio_size: u64(40),
  adap_fd: u64(48),
  reserved: array(56, u64, 8),
});
