/**
 * Flags of a request of the send queue: wait for reads and atomics before it; make a completion;
 * make an event at the other end; the data stand in the request; checksums by the device.
 *
 * Source: `include/rdma/ib_verbs.h`, enum ib_send_flags.
 */
export const IB_SEND_FENCE = 1 << 0;
export const IB_SEND_SIGNALED = 1 << 1;
export const IB_SEND_SOLICITED = 1 << 2;
export const IB_SEND_INLINE = 1 << 3;
export const IB_SEND_IP_CSUM = 1 << 4;
