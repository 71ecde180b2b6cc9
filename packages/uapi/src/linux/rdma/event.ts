import { struct, u32, u64 } from '../../codec/index.js';

/**
 * What read(2) gives on the two kinds of event descriptors: one struct for each event.
 *
 * Source: `include/uapi/rdma/ib_user_verbs.h`.
 */

/**
 * Event of an asynchronous event descriptor. `element` is the user handle of the object it is
 * about, or the number of a port; `event_type` is one of IB_EVENT_*.
 */
export const IbUverbsAsyncEventDesc = struct('ib_uverbs_async_event_desc', {
  element: u64(0),
  event_type: u32(8),
  reserved: u32(12),
});

/** Event of a completion channel: the user handle of the queue that has something. */
export const IbUverbsCompEventDesc = struct('ib_uverbs_comp_event_desc', { cq_handle: u64(0) });

/** What destroying a completion queue tells: events its user has read and must have handled. */
export const IbUverbsDestroyCqResp = struct('ib_uverbs_destroy_cq_resp', {
  comp_events_reported: u32(0),
  async_events_reported: u32(4),
});

/** The same of a queue pair. */
export const IbUverbsDestroyQpResp = struct('ib_uverbs_destroy_qp_resp', {
  events_reported: u32(0),
});

/** The same of a shared receive queue. */
export const IbUverbsDestroySrqResp = struct('ib_uverbs_destroy_srq_resp', {
  events_reported: u32(0),
});
