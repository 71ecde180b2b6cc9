import { handleOf, method, optional, structOut, valueIn, valueOut } from '@mdevkit/core';
import { struct, u16, u32 } from '@mdevkit/uapi';
import { Cq } from './completion-queue.js';
import { eventSource } from './event-source.js';
import { Pd } from './memory.js';
import { Srq } from './shared-receive-queue.js';

/** What several types of queue pairs have in common. What only some have is not here: a class lists what it has. */

/** Every type has a number, by which the other end knows it, and reports events. */
export const identity = { qpNum: valueOut(20, 'u32'), ...eventSource };

/** Of a type that sends. */
export const sendSide = {
  pd: handleOf(1, Pd, { parent: true }),
  sendCq: handleOf(2, Cq, { parent: true }),
  /** 1 .. MAX_WR. */
  maxSendWr: valueIn(3, 'u32'),
  /** 0 .. MAX_SGE. */
  maxSendSge: valueIn(4, 'u32'),
};

/** Of a type that receives by itself. With `srq` the requests come from there, and the two numbers are left out. */
export const receiveSide = {
  recvCq: handleOf(5, Cq, { parent: true }),
  maxRecvWr: optional(valueIn(6, 'u32')),
  maxRecvSge: optional(valueIn(7, 'u32')),
  srq: optional(handleOf(8, Srq, { parent: true })),
};

/** Answer of `query`. `state` is one of IB_QPS_*; who is at the other end is 0 where there is no connection. */
export const QpInfo = struct('verbs_qp_info', {
  state: u32(0),
  qp_num: u32(4),
  dest_qp_num: u32(8),
  dlid: u16(12),
  reserved: u16(14),
});

/** The method that every type has under this number. */
export const query = method(3, { info: structOut(1, QpInfo) }, 'read');
