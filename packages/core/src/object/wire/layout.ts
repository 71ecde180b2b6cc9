import { IbUverbsAttr, IbUverbsIoctlHdr } from '@mdevkit/uapi';

/*
 * Where the fields of a message are: a header, its attributes, and behind them the payload that is addressed by offsets
 * from the start of the message. The hot path reads them without a cursor.
 *
 * Source: Linux include/uapi/rdma/rdma_user_ioctl_cmds.h.
 */

const header = IbUverbsIoctlHdr.fields;
const attr = IbUverbsAttr.fields;

/** Bytes of struct ib_uverbs_ioctl_hdr. */
export const HEADER_SIZE = IbUverbsIoctlHdr.size;
/** Bytes of struct ib_uverbs_attr. */
export const ATTR_SIZE = IbUverbsAttr.size;
/** Bytes of header and attributes at the most: a page, as the kernel has it. */
export const MAX_LENGTH = 4096;

export const LENGTH = header.length.offset;
export const OBJECT_ID = header.object_id.offset;
export const METHOD_ID = header.method_id.offset;
export const NUM_ATTRS = header.num_attrs.offset;
export const RESERVED1 = header.reserved1.offset;
export const DRIVER_ID = header.driver_id.offset;
export const RESERVED2 = header.reserved2.offset;

export const ATTR_ID = attr.attr_id.offset;
export const ATTR_LEN = attr.len.offset;
export const ATTR_FLAGS = attr.flags.offset;
export const ATTR_ELEM = attr.elem_id.offset;
export const ATTR_RESERVED = attr.reserved.offset;
export const ATTR_DATA = attr.data.offset;

/** Bytes that stand in the attribute itself. */
export const INLINE_SIZE = 8;

/** Bytes of the largest message unless a transport has it otherwise. */
export const DEFAULT_MAX_MESSAGE = 1 << 20;
