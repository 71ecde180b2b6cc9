/**
 * What queues report to their event channel. The asynchronous events have the numbers IB_EVENT_* of the kernel (Linux
 * include/rdma/ib_verbs.h, enum ib_event_type) and no data; this one is beside them. In the kernel completions have a
 * channel of their own; here a client who wants that gives a completion queue another channel than the rest.
 */
export const EVENT_COMPLETION = 0x100;
