import { implement, type Implementation } from '@mdevkit/core';
import { QpXrcIni, QpXrcTgt } from '../../abi/index.js';
import type { Adapter } from '../adapter.js';
import type { VerbsCapabilities } from '../options.js';
import { QueuePair, RELIABLE_ACCESS, transitionOf } from '../pair/index.js';
import {
  created,
  describe,
  eventParts,
  queuePairLife,
  sendParts,
  type QpContext,
} from './queue-pair-objects.js';
import type { XrcDomains } from './queues.js';
import { remoteOf, work } from './work.js';

/** Nothing that an initiator is created with says that it needs a target, so the capability has to. */
export function implementXrcIni(
  adapter: Adapter,
  { srq, xrc }: VerbsCapabilities,
  context: QpContext,
): Implementation<typeof QpXrcIni, QueuePair> {
  return implement(QpXrcIni).withState<QueuePair>(
    {
      create: (args, call) =>
        created(
          QueuePair.create(adapter, {
            type: 'xrc-ini',
            ...sendParts(context, args),
            ...eventParts(call, args),
          }),
        ),
      modify: (qp, { to }) => {
        qp.modify(transitionOf(to));
      },
      query: describe,
      send: (qp, { srqNum, ...args }) => {
        qp.postSend(args.wrId, args.memory, { ...work('send', args), srqNum });
      },
      rdmaWrite: (qp, { srqNum, ...args }) => {
        const remote = remoteOf(args);
        qp.postSend(args.wrId, args.memory, { ...work('write', args), remote, srqNum });
      },
      rdmaRead: (qp, { srqNum, ...args }) => {
        const remote = remoteOf(args);
        qp.postSend(args.wrId, args.memory, { ...work('read', args), remote, srqNum });
      },
    },
    { ...queuePairLife, supported: () => xrc && srq },
  );
}

/** A target cannot be without its domain, so where there are no domains it is not there either. */
export function implementXrcTgt(
  adapter: Adapter,
  xrcds: XrcDomains,
): Implementation<typeof QpXrcTgt, QueuePair> {
  return implement(QpXrcTgt).withState<QueuePair>(
    {
      create: ({ xrcd, ...args }, call) =>
        created(
          QueuePair.create(adapter, {
            type: 'xrc-tgt',
            xrcd: xrcds.of(xrcd),
            ...eventParts(call, args),
          }),
        ),
      modify: (qp, { to }) => {
        qp.modify(transitionOf(to, RELIABLE_ACCESS));
      },
      query: describe,
    },
    queuePairLife,
  );
}
