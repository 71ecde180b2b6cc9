import {
  createObject,
  destroyEventSource,
  handleOf,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
} from '@mdevkit/core';
import { Cq } from './completion-queue.js';
import { eventSource } from './event-source.js';
import { Pd } from './memory.js';
import { receiveRequest } from './work-request.js';
import { Xrcd } from './xrc-domain.js';

const capacity = {
  /** 1 .. MAX_WR. */
  maxWr: valueIn(2, 'u32'),
  /** 1 .. MAX_SGE. */
  maxSge: valueIn(3, 'u32'),
  /** IB_EVENT_SRQ_LIMIT_REACHED comes when fewer requests than this are left, once; 0 or nothing for never. */
  limit: optional(valueIn(4, 'u32')),
};

/**
 * A shared receive queue. There are two ways to make one: `create` for queue pairs that name it at their creation, `createXrc`
 * for one that initiators name by its number; that one has a domain and a completion queue of its own.
 */
export const Srq = objectClass({
  name: 'SRQ',
  id: 4,
  methods: {
    create: createObject(0, {
      pd: handleOf(1, Pd, { parent: true }),
      ...capacity,
      ...eventSource,
    }),
    createXrc: createObject(1, {
      pd: handleOf(1, Pd, { parent: true }),
      ...capacity,
      xrcd: handleOf(5, Xrcd, { parent: true }),
      cq: handleOf(6, Cq, { parent: true }),
      srqNum: valueOut(7, 'u32'),
      ...eventSource,
    }),
    destroy: destroyEventSource(2, {}),
    /** Arms the limit again. */
    modify: method(3, { limit: valueIn(1, 'u32') }),
    postRecv: method(4, receiveRequest),
  },
});
