import {
  createObject,
  destroyEventSource,
  enumIn,
  handleOf,
  method,
  objectClass,
  valueIn,
} from '@mdevkit/core';
import { IB_QPS_ERR, IB_QPS_INIT, IB_QPS_RESET, IB_QPS_RTR, IB_QPS_RTS } from '@mdevkit/uapi';
import { identity, query, sendSide } from './qp-attributes.js';
import {
  ConnectedInit,
  Connection,
  InitiatorInit,
  NoAttributes,
  ReliableSend,
} from './qp-states.js';
import { immediate, remoteMemory, sendRequest } from './work-request.js';
import { Xrcd } from './xrc-domain.js';

/** Which queue of the other end's domain a request is for; its protection domain is the one that counts there. */
const destination = { srqNum: valueIn(7, 'u32') };

/** The initiator of an extended reliable connection: it sends, and has nothing to receive with. */
export const QpXrcIni = objectClass({
  name: 'QP_XRC_INI',
  id: 10,
  methods: {
    create: createObject(0, { ...sendSide, ...identity }),
    destroy: destroyEventSource(1, {}),
    modify: method(2, {
      to: enumIn(1, {
        RESET: { id: IB_QPS_RESET, layout: NoAttributes },
        INIT: { id: IB_QPS_INIT, layout: InitiatorInit },
        RTR: { id: IB_QPS_RTR, layout: Connection },
        RTS: { id: IB_QPS_RTS, layout: ReliableSend },
        ERR: { id: IB_QPS_ERR, layout: NoAttributes },
      }),
    }),
    query,
    send: method(4, { ...sendRequest, ...immediate, ...destination }),
    rdmaWrite: method(6, { ...sendRequest, ...immediate, ...remoteMemory, ...destination }),
    rdmaRead: method(7, { ...sendRequest, ...remoteMemory, ...destination }),
  },
});

/**
 * The target of an extended reliable connection: it posts nothing, neither sends nor receives. What arrives takes the
 * receive requests of the shared queue that the initiator names, if that is in the target's domain. So RTR is as far as
 * it goes.
 */
export const QpXrcTgt = objectClass({
  name: 'QP_XRC_TGT',
  id: 11,
  methods: {
    create: createObject(0, { xrcd: handleOf(1, Xrcd, { parent: true }), ...identity }),
    destroy: destroyEventSource(1, {}),
    modify: method(2, {
      to: enumIn(1, {
        RESET: { id: IB_QPS_RESET, layout: NoAttributes },
        INIT: { id: IB_QPS_INIT, layout: ConnectedInit },
        RTR: { id: IB_QPS_RTR, layout: Connection },
        ERR: { id: IB_QPS_ERR, layout: NoAttributes },
      }),
    }),
    query,
  },
});
