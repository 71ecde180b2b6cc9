/**
 * Namespaces of object, method and attribute ids: the top four bits. What a driver adds has bit 12
 * set, everything else is common to all drivers.
 *
 * Source: `include/uapi/rdma/ib_user_ioctl_cmds.h`.
 */
export const UVERBS_ID_NS_MASK = 0xf000;
export const UVERBS_ID_NS_SHIFT = 12;

/** The namespace of drivers, as a number and as the bit of an id. */
export const UVERBS_UDATA_DRIVER_DATA_NS = 1;
export const UVERBS_UDATA_DRIVER_DATA_FLAG = 1 << UVERBS_ID_NS_SHIFT;

/** Attributes of any method: bytes to the driver and from it, which only the two understand. */
export const UVERBS_ATTR_UHW_IN = UVERBS_UDATA_DRIVER_DATA_FLAG;
export const UVERBS_ATTR_UHW_OUT = UVERBS_UDATA_DRIVER_DATA_FLAG + 1;
