import { createObject, destroyEventSource, enumIn, method, objectClass } from '@mdevkit/core';
import { IB_QPS_ERR, IB_QPS_INIT, IB_QPS_RESET, IB_QPS_RTR, IB_QPS_RTS } from '@mdevkit/uapi';
import { identity, query, receiveSide, sendSide } from './qp-attributes.js';
import { ConnectedInit, Connection, NoAttributes, ReliableSend } from './qp-states.js';
import { immediate, receiveRequest, remoteMemory, sendRequest } from './work-request.js';

/** A queue pair of a reliable connection: everything arrives, in order, or the connection breaks. */
export const QpRc = objectClass({
  name: 'QP_RC',
  id: 7,
  methods: {
    create: createObject(0, { ...sendSide, ...receiveSide, ...identity }),
    destroy: destroyEventSource(1, {}),
    modify: method(2, {
      to: enumIn(1, {
        RESET: { id: IB_QPS_RESET, layout: NoAttributes },
        INIT: { id: IB_QPS_INIT, layout: ConnectedInit },
        RTR: { id: IB_QPS_RTR, layout: Connection },
        RTS: { id: IB_QPS_RTS, layout: ReliableSend },
        ERR: { id: IB_QPS_ERR, layout: NoAttributes },
      }),
    }),
    query,
    send: method(4, { ...sendRequest, ...immediate }),
    postRecv: method(5, receiveRequest),
    rdmaWrite: method(6, { ...sendRequest, ...immediate, ...remoteMemory }),
    rdmaRead: method(7, { ...sendRequest, ...remoteMemory }),
  },
});
