import {
  bytesOut,
  createObject,
  destroyEventSource,
  flagsIn,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
} from '@mdevkit/core';
import { IbUverbsWc } from '@mdevkit/uapi';
import { eventSource } from './event-source.js';
import { MAX_POLL } from './limits.js';

/**
 * A completion queue. One that is full when something completes is broken (IB_EVENT_CQ_ERR), and so are the queue pairs that
 * use it; what was in it can still be polled.
 */
export const Cq = objectClass({
  name: 'CQ',
  id: 3,
  methods: {
    create: createObject(0, {
      /** Entries, 1 .. MAX_CQE. */
      cqe: valueIn(1, 'u32'),
      compVector: optional(valueIn(2, 'u32')),
      ...eventSource,
    }),
    destroy: destroyEventSource(1, {}),
    /** The oldest completions, `ib_uverbs_wc` one after the other: {@link completionsOf} reads them. */
    poll: method(2, {
      /** 1 .. MAX_POLL. */
      max: valueIn(1, 'u32'),
      completions: bytesOut(2, { max: MAX_POLL * IbUverbsWc.size }),
    }),
    /**
     * Asks for one EVENT_COMPLETION when the next completion comes, or the next one that its sender has marked as solicited
     * or that is an error. `missed` is 1 if there are completions already, which give no event.
     */
    arm: method(3, { only: flagsIn(1, { SOLICITED: 1 }), missed: valueOut(2, 'u32') }),
  },
});

/** Of {@link Cq}'s `arm`. Source: Linux include/rdma/ib_verbs.h, enum ib_cq_notify_flags. */
export const ARM_SOLICITED = 1;
