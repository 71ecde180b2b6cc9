/**
 * Classes of objects every driver has. DEVICE has methods but no instances.
 *
 * Source: `include/uapi/rdma/ib_user_ioctl_cmds.h`, enum uverbs_default_objects.
 */
export const UVERBS_OBJECT_DEVICE = 0;
export const UVERBS_OBJECT_PD = 1;
export const UVERBS_OBJECT_COMP_CHANNEL = 2;
export const UVERBS_OBJECT_CQ = 3;
export const UVERBS_OBJECT_QP = 4;
export const UVERBS_OBJECT_SRQ = 5;
export const UVERBS_OBJECT_AH = 6;
export const UVERBS_OBJECT_MR = 7;
export const UVERBS_OBJECT_MW = 8;
export const UVERBS_OBJECT_FLOW = 9;
export const UVERBS_OBJECT_XRCD = 10;
export const UVERBS_OBJECT_RWQ_IND_TBL = 11;
export const UVERBS_OBJECT_WQ = 12;
export const UVERBS_OBJECT_FLOW_ACTION = 13;
export const UVERBS_OBJECT_DM = 14;
export const UVERBS_OBJECT_COUNTERS = 15;
export const UVERBS_OBJECT_ASYNC_EVENT = 16;
