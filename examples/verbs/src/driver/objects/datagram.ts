import { implement, type Implementation } from '@mdevkit/core';
import { QpUd } from '../../abi/index.js';
import { failure } from '../../errors.js';
import type { Adapter } from '../adapter.js';
import type { Datagram } from '../pair/message.js';
import { QueuePair, transitionOf } from '../pair/index.js';
import type { AddressHandle } from '../queues/index.js';
import {
  created,
  describe,
  eventParts,
  queuePairLife,
  receiveParts,
  sendParts,
  type QpContext,
} from './queue-pair-objects.js';
import type { AddressHandles } from './queues.js';
import { work } from './work.js';

export function implementUd(
  adapter: Adapter,
  context: QpContext,
  handles: AddressHandles,
): Implementation<typeof QpUd, QueuePair> {
  return implement(QpUd).withState<QueuePair>(
    {
      create: (args, call) =>
        created(
          QueuePair.create(adapter, {
            type: 'ud',
            ...sendParts(context, args),
            ...receiveParts(context, args),
            ...eventParts(call, args),
          }),
        ),
      modify: (qp, { to }) => {
        qp.modify(transitionOf(to));
      },
      query: describe,
      send: (qp, { ah, remoteQpn, remoteQkey, ...args }) => {
        const datagram = datagramOf(qp, handles.of(ah), remoteQpn, remoteQkey);
        qp.postSend(args.wrId, args.memory, { ...work('send', args), datagram });
      },
      postRecv: (qp, { wrId, memory }) => {
        qp.postRecv(wrId, memory);
      },
    },
    queuePairLife,
  );
}

function datagramOf(qp: QueuePair, ah: AddressHandle, qpn: number, qkey: number): Datagram {
  if (ah.pd !== qp.parts.pd) {
    throw failure('verbs.domain');
  }
  return { dlid: ah.dlid, qpn, qkey };
}
