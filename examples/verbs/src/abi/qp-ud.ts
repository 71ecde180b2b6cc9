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
import { Ah } from './address-handle.js';
import { identity, query, receiveSide, sendSide } from './qp-attributes.js';
import { DatagramInit, NoAttributes } from './qp-states.js';
import { immediate, receiveRequest, sendRequest } from './work-request.js';

/**
 * A queue pair for datagrams: no connection, so each send says where it goes, and nobody reaches memory through it.
 *
 * A receive buffer begins with GRH_BYTES that are not the message's.
 */
export const QpUd = objectClass({
  name: 'QP_UD',
  id: 9,
  methods: {
    create: createObject(0, { ...sendSide, ...receiveSide, ...identity }),
    destroy: destroyEventSource(1, {}),
    modify: method(2, {
      to: enumIn(1, {
        RESET: { id: IB_QPS_RESET, layout: NoAttributes },
        INIT: { id: IB_QPS_INIT, layout: DatagramInit },
        RTR: { id: IB_QPS_RTR, layout: NoAttributes },
        RTS: { id: IB_QPS_RTS, layout: NoAttributes },
        ERR: { id: IB_QPS_ERR, layout: NoAttributes },
      }),
    }),
    query,
    send: method(4, {
      ...sendRequest,
      ...immediate,
      ah: handleOf(7, Ah),
      remoteQpn: valueIn(8, 'u32'),
      remoteQkey: valueIn(9, 'u32'),
    }),
    postRecv: method(5, receiveRequest),
  },
});
