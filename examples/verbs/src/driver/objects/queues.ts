import { implement, type Implementation } from '@mdevkit/core';
import { Ah, ARM_SOLICITED, Cq, Srq, Xrcd } from '../../abi/index.js';
import type { Adapter } from '../adapter.js';
import { AddressHandle, CompletionQueue, SharedReceiveQueue, XrcDomain } from '../queues/index.js';
import type { VerbsCapabilities } from '../options.js';
import type { Domains } from './memory.js';

export type CompletionQueues = Implementation<typeof Cq, CompletionQueue>;
export type SharedQueues = Implementation<typeof Srq, SharedReceiveQueue>;
export type XrcDomains = Implementation<typeof Xrcd, XrcDomain>;
export type AddressHandles = Implementation<typeof Ah, AddressHandle>;

export function implementCq(adapter: Adapter): CompletionQueues {
  return implement(Cq).withState<CompletionQueue>(
    {
      create: ({ cqe, compVector = 0, channel, element }, call) => ({
        state: CompletionQueue.create(adapter, cqe, compVector, call.events({ channel, element })),
      }),
      poll: (cq, { max }) => ({ completions: cq.poll(max) }),
      arm: (cq, { only }) => ({ missed: cq.arm((only & ARM_SOLICITED) !== 0) ? 1 : 0 }),
    },
    {
      release: (cq) => {
        cq.destroy();
      },
    },
  );
}

/** Without XRC the class is there and `createXrc` is not, because its domain is mandatory and cannot be. */
export function implementSrq(
  adapter: Adapter,
  { srq }: VerbsCapabilities,
  domains: Domains,
  queues: CompletionQueues,
  xrcds: XrcDomains,
): SharedQueues {
  return implement(Srq).withState<SharedReceiveQueue>(
    {
      create: ({ pd, maxWr, maxSge, limit = 0, channel, element }, call) => ({
        state: SharedReceiveQueue.create(adapter, {
          pd: domains.of(pd),
          maxWr,
          maxSge,
          limit,
          events: call.events({ channel, element }),
        }),
      }),
      createXrc: ({ pd, maxWr, maxSge, limit = 0, xrcd, cq, channel, element }, call) => {
        const queue = SharedReceiveQueue.create(adapter, {
          pd: domains.of(pd),
          maxWr,
          maxSge,
          limit,
          xrc: { xrcd: xrcds.of(xrcd), cq: queues.of(cq) },
          events: call.events({ channel, element }),
        });
        return { state: queue, srqNum: queue.number };
      },
      modify: (queue, { limit }) => {
        queue.modify(limit);
      },
      postRecv: (queue, { wrId, memory }) => {
        queue.requests.post(wrId, memory);
      },
    },
    {
      supported: () => srq,
      release: (queue) => {
        queue.destroy();
      },
    },
  );
}

export function implementAh(adapter: Adapter, domains: Domains): AddressHandles {
  return implement(Ah).withState<AddressHandle>(
    { create: ({ pd, dlid }) => ({ state: AddressHandle.create(adapter, domains.of(pd), dlid) }) },
    {
      release: (ah) => {
        ah.destroy();
      },
    },
  );
}

/** A domain is for shared queues: without those there is none. */
export function implementXrcd(adapter: Adapter, { srq, xrc }: VerbsCapabilities): XrcDomains {
  return implement(Xrcd).withState<XrcDomain>(
    { create: () => ({ state: XrcDomain.create(adapter) }) },
    {
      supported: () => xrc && srq,
      release: (xrcd) => {
        xrcd.destroy();
      },
    },
  );
}
