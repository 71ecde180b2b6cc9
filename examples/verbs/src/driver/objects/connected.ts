import { implement, type Implementation } from '@mdevkit/core';
import { QpRc, QpUc } from '../../abi/index.js';
import type { Adapter } from '../adapter.js';
import { QueuePair, RELIABLE_ACCESS, transitionOf, UNRELIABLE_ACCESS } from '../pair/index.js';
import {
  created,
  describe,
  eventParts,
  queuePairLife,
  receiveParts,
  sendParts,
  type QpContext,
} from './queue-pair-objects.js';
import { remoteOf, work } from './work.js';

export function implementRc(
  adapter: Adapter,
  context: QpContext,
): Implementation<typeof QpRc, QueuePair> {
  return implement(QpRc).withState<QueuePair>(
    {
      create: (args, call) =>
        created(
          QueuePair.create(adapter, {
            type: 'rc',
            ...sendParts(context, args),
            ...receiveParts(context, args),
            ...eventParts(call, args),
          }),
        ),
      modify: (qp, { to }) => {
        qp.modify(transitionOf(to, RELIABLE_ACCESS));
      },
      query: describe,
      send: (qp, args) => {
        qp.postSend(args.wrId, args.memory, work('send', args));
      },
      postRecv: (qp, { wrId, memory }) => {
        qp.postRecv(wrId, memory);
      },
      rdmaWrite: (qp, args) => {
        qp.postSend(args.wrId, args.memory, { ...work('write', args), remote: remoteOf(args) });
      },
      rdmaRead: (qp, args) => {
        qp.postSend(args.wrId, args.memory, { ...work('read', args), remote: remoteOf(args) });
      },
    },
    queuePairLife,
  );
}

export function implementUc(
  adapter: Adapter,
  context: QpContext,
): Implementation<typeof QpUc, QueuePair> {
  return implement(QpUc).withState<QueuePair>(
    {
      create: (args, call) =>
        created(
          QueuePair.create(adapter, {
            type: 'uc',
            ...sendParts(context, args),
            ...receiveParts(context, args),
            ...eventParts(call, args),
          }),
        ),
      modify: (qp, { to }) => {
        qp.modify(transitionOf(to, UNRELIABLE_ACCESS));
      },
      query: describe,
      send: (qp, args) => {
        qp.postSend(args.wrId, args.memory, work('send', args));
      },
      postRecv: (qp, { wrId, memory }) => {
        qp.postRecv(wrId, memory);
      },
      rdmaWrite: (qp, args) => {
        qp.postSend(args.wrId, args.memory, { ...work('write', args), remote: remoteOf(args) });
      },
    },
    queuePairLife,
  );
}
