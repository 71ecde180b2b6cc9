/**
 * Methods of the classes of objects; ids begin at 0 in each class. A class without a CREATE here is
 * created by a legacy write command, one that is a file descriptor is destroyed by close(2).
 *
 * Source: `include/uapi/rdma/ib_user_ioctl_cmds.h`.
 */

/** UVERBS_OBJECT_DEVICE. */
export const UVERBS_METHOD_INVOKE_WRITE = 0;
export const UVERBS_METHOD_INFO_HANDLES = 1;
export const UVERBS_METHOD_QUERY_PORT = 2;
export const UVERBS_METHOD_GET_CONTEXT = 3;
export const UVERBS_METHOD_QUERY_CONTEXT = 4;
export const UVERBS_METHOD_QUERY_GID_TABLE = 5;
export const UVERBS_METHOD_QUERY_GID_ENTRY = 6;

/** UVERBS_OBJECT_PD. */
export const UVERBS_METHOD_PD_DESTROY = 0;

/** UVERBS_OBJECT_CQ. */
export const UVERBS_METHOD_CQ_CREATE = 0;
export const UVERBS_METHOD_CQ_DESTROY = 1;

/** UVERBS_OBJECT_QP. */
export const UVERBS_METHOD_QP_CREATE = 0;
export const UVERBS_METHOD_QP_DESTROY = 1;

/** UVERBS_OBJECT_SRQ. */
export const UVERBS_METHOD_SRQ_CREATE = 0;
export const UVERBS_METHOD_SRQ_DESTROY = 1;

/** UVERBS_OBJECT_AH. */
export const UVERBS_METHOD_AH_DESTROY = 0;

/** UVERBS_OBJECT_MR. */
export const UVERBS_METHOD_DM_MR_REG = 0;
export const UVERBS_METHOD_MR_DESTROY = 1;
export const UVERBS_METHOD_ADVISE_MR = 2;
export const UVERBS_METHOD_QUERY_MR = 3;
export const UVERBS_METHOD_REG_DMABUF_MR = 4;

/** UVERBS_OBJECT_MW. */
export const UVERBS_METHOD_MW_DESTROY = 0;

/** UVERBS_OBJECT_FLOW. */
export const UVERBS_METHOD_FLOW_DESTROY = 0;

/** UVERBS_OBJECT_XRCD. */
export const UVERBS_METHOD_XRCD_DESTROY = 0;

/** UVERBS_OBJECT_RWQ_IND_TBL. */
export const UVERBS_METHOD_RWQ_IND_TBL_DESTROY = 0;

/** UVERBS_OBJECT_WQ. */
export const UVERBS_METHOD_WQ_CREATE = 0;
export const UVERBS_METHOD_WQ_DESTROY = 1;

/** UVERBS_OBJECT_FLOW_ACTION. */
export const UVERBS_METHOD_FLOW_ACTION_ESP_CREATE = 0;
export const UVERBS_METHOD_FLOW_ACTION_DESTROY = 1;
export const UVERBS_METHOD_FLOW_ACTION_ESP_MODIFY = 2;

/** UVERBS_OBJECT_DM. */
export const UVERBS_METHOD_DM_ALLOC = 0;
export const UVERBS_METHOD_DM_FREE = 1;

/** UVERBS_OBJECT_COUNTERS. */
export const UVERBS_METHOD_COUNTERS_CREATE = 0;
export const UVERBS_METHOD_COUNTERS_DESTROY = 1;
export const UVERBS_METHOD_COUNTERS_READ = 2;

/** UVERBS_OBJECT_ASYNC_EVENT. */
export const UVERBS_METHOD_ASYNC_EVENT_ALLOC = 0;
