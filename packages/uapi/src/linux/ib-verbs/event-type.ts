/**
 * Values of `event_type` in {@link IbUverbsAsyncEventDesc}. Those with PORT, LID, PKEY, SM, GID or
 * CLIENT in their names are about a port, DEVICE_FATAL is about the device, the others about the
 * queue they name.
 *
 * Source: `include/rdma/ib_verbs.h`, enum ib_event_type.
 */
export const IB_EVENT_CQ_ERR = 0;
export const IB_EVENT_QP_FATAL = 1;
export const IB_EVENT_QP_REQ_ERR = 2;
export const IB_EVENT_QP_ACCESS_ERR = 3;
export const IB_EVENT_COMM_EST = 4;
export const IB_EVENT_SQ_DRAINED = 5;
export const IB_EVENT_PATH_MIG = 6;
export const IB_EVENT_PATH_MIG_ERR = 7;
export const IB_EVENT_DEVICE_FATAL = 8;
export const IB_EVENT_PORT_ACTIVE = 9;
export const IB_EVENT_PORT_ERR = 10;
export const IB_EVENT_LID_CHANGE = 11;
export const IB_EVENT_PKEY_CHANGE = 12;
export const IB_EVENT_SM_CHANGE = 13;
export const IB_EVENT_SRQ_ERR = 14;
export const IB_EVENT_SRQ_LIMIT_REACHED = 15;
export const IB_EVENT_QP_LAST_WQE_REACHED = 16;
export const IB_EVENT_CLIENT_REREGISTER = 17;
export const IB_EVENT_GID_CHANGE = 18;
export const IB_EVENT_WQ_FATAL = 19;
