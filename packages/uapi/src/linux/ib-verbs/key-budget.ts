/**
 * How many ids a tree of objects, methods and attributes has room for. Drivers have their own ids,
 * with bit UVERBS_ID_NS_SHIFT set. One of the common methods' keys stands for the object itself,
 * so there is one id less; attributes share one bitmap of BKEY_LEN bits with those of drivers.
 *
 * Source: `include/rdma/uverbs_ioctl.h`, enum uapi_radix_data.
 */
export const UVERBS_API_NS_FLAG = 1 << 12;
export const UVERBS_API_OBJ_KEY_NUM_CORE = 20;
export const UVERBS_API_OBJ_KEY_NUM_DRIVER = 12;
export const UVERBS_API_METHOD_KEY_NUM_CORE = 22;
export const UVERBS_API_METHOD_KEY_NUM_DRIVER = 8;
export const UVERBS_API_ATTR_BKEY_LEN = 63;
