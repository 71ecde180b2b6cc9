/**
 * Attributes of the methods of the device.
 *
 * Source: `include/uapi/rdma/ib_user_ioctl_cmds.h`.
 */

/** UVERBS_METHOD_INVOKE_WRITE: a legacy command with its request and its answer. */
export const UVERBS_ATTR_CORE_IN = 0;
export const UVERBS_ATTR_CORE_OUT = 1;
export const UVERBS_ATTR_WRITE_CMD = 2;

/** UVERBS_METHOD_INFO_HANDLES: the handles of a class that the caller has. */
export const UVERBS_ATTR_INFO_OBJECT_ID = 0;
export const UVERBS_ATTR_INFO_TOTAL_HANDLES = 1;
export const UVERBS_ATTR_INFO_HANDLES_LIST = 2;

/** UVERBS_METHOD_QUERY_PORT. */
export const UVERBS_ATTR_QUERY_PORT_PORT_NUM = 0;
export const UVERBS_ATTR_QUERY_PORT_RESP = 1;

/** UVERBS_METHOD_GET_CONTEXT. */
export const UVERBS_ATTR_GET_CONTEXT_NUM_COMP_VECTORS = 0;
export const UVERBS_ATTR_GET_CONTEXT_CORE_SUPPORT = 1;

/** UVERBS_METHOD_QUERY_CONTEXT. */
export const UVERBS_ATTR_QUERY_CONTEXT_NUM_COMP_VECTORS = 0;
export const UVERBS_ATTR_QUERY_CONTEXT_CORE_SUPPORT = 1;

/** UVERBS_METHOD_QUERY_GID_TABLE. */
export const UVERBS_ATTR_QUERY_GID_TABLE_ENTRY_SIZE = 0;
export const UVERBS_ATTR_QUERY_GID_TABLE_FLAGS = 1;
export const UVERBS_ATTR_QUERY_GID_TABLE_RESP_ENTRIES = 2;
export const UVERBS_ATTR_QUERY_GID_TABLE_RESP_NUM_ENTRIES = 3;

/** UVERBS_METHOD_QUERY_GID_ENTRY. */
export const UVERBS_ATTR_QUERY_GID_ENTRY_PORT = 0;
export const UVERBS_ATTR_QUERY_GID_ENTRY_GID_INDEX = 1;
export const UVERBS_ATTR_QUERY_GID_ENTRY_FLAGS = 2;
export const UVERBS_ATTR_QUERY_GID_ENTRY_RESP_ENTRY = 3;

/** UVERBS_METHOD_ASYNC_EVENT_ALLOC: the new descriptor. */
export const UVERBS_ATTR_ASYNC_EVENT_ALLOC_FD_HANDLE = 0;
