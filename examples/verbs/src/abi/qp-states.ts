import { struct, u16, u32 } from '@mdevkit/uapi';

/**
 * What a queue pair is told when it goes to a state, by type: each has a struct of its own for a transition, with what
 * is legal for the type and nothing else. Names as in Linux include/rdma/ib_verbs.h, struct ib_qp_attr.
 */

/** For transitions that need nothing. */
export const NoAttributes = struct('verbs_qp_to', { reserved: u32(0) });

/** To INIT, of a connected type: `access` (IB_UVERBS_ACCESS_REMOTE_*) is what the other end may do with memory here. */
export const ConnectedInit = struct('verbs_connected_init', { access: u32(0), port_num: u32(4) });

/** To INIT, of the initiator of an extended connection: nobody reaches memory through it. */
export const InitiatorInit = struct('verbs_initiator_init', { port_num: u32(0), reserved: u32(4) });

/** To INIT, of datagrams: those with another `qkey` are not for this queue pair. */
export const DatagramInit = struct('verbs_datagram_init', { qkey: u32(0), port_num: u32(4) });

/** To RTR, of a connected type: who is at the other end. */
export const Connection = struct('verbs_connection', {
  dest_qp_num: u32(0),
  dlid: u16(4),
  reserved: u16(6),
});

/**
 * To RTS, of a reliable type. `rnr_retry` is how often a message is tried again when the other end has no receive request:
 * 7 waits for one. A wire without time makes fewer tries all at once, so less than 7 gives up immediately.
 */
export const ReliableSend = struct('verbs_reliable_send', { rnr_retry: u32(0) });
