import { overlay, s64, struct, tail, u16, u32, u64, u8 } from '../../codec/index.js';
import { ioctlReadWrite } from '../ioctl-number.js';

/**
 * The one ioctl of the verbs: a header that names object and method, and attributes behind it.
 *
 * Source: `include/uapi/rdma/rdma_user_ioctl_cmds.h`.
 */

/** Type of all ioctls of RDMA. */
export const RDMA_IOCTL_MAGIC = 0x1b;

/**
 * Flags of {@link IbUverbsAttr}: from the caller, that the kernel must know the attribute; from the
 * kernel, that it has written the output.
 */
export const UVERBS_ATTR_F_MANDATORY = 1 << 0;
export const UVERBS_ATTR_F_VALID_OUTPUT = 1 << 1;

/**
 * An attribute. `len` counts bytes of a pointer's target or of inline data: up to 8 bytes stand in
 * `data` itself. Handles have length 0 and stand in `data`, descriptors in `data_s64`. `elem_id`
 * chooses among the variants of an enumerated attribute; it and `reserved` are 0 in all others.
 */
export const IbUverbsAttr = struct('ib_uverbs_attr', {
  attr_id: u16(0),
  len: u16(2),
  flags: u16(4),
  elem_id: u8(6),
  reserved: u8(7),
  data: u64(8),
  data_s64: overlay(s64(8)),
});

/**
 * Argument of RDMA_VERBS_IOCTL. `length` counts the bytes of header and attributes, `num_attrs` the
 * attributes; `driver_id` is one of RDMA_DRIVER_*.
 */
export const IbUverbsIoctlHdr = struct('ib_uverbs_ioctl_hdr', {
  length: u16(0),
  object_id: u16(2),
  method_id: u16(4),
  num_attrs: u16(6),
  reserved1: u64(8),
  driver_id: u32(16),
  reserved2: u32(20),
  attrs: tail(24, IbUverbsAttr),
});

/** The ioctl. */
export const RDMA_VERBS_IOCTL = ioctlReadWrite(RDMA_IOCTL_MAGIC, 1, IbUverbsIoctlHdr.size);
