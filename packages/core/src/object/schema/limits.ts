/**
 * The longest attribute in bytes: its length is a u16.
 *
 * Source: Linux include/uapi/rdma/rdma_user_ioctl_cmds.h, struct ib_uverbs_attr.
 */
export const MAX_ATTRIBUTE_BYTES = 0xffff;

/** Bytes of a handle in an array of them. */
export const HANDLE_BYTES = 8;
