import type { ObjectEvents } from '@mdevkit/core';
import { IB_EVENT_CQ_ERR, IB_EVENT_QP_FATAL, IB_QPS_ERR } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Adapter } from './adapter.js';
import { SoftFabric } from './fabric.js';
import { ProtectionDomain } from './memory/index.js';
import { QueuePair, transitionOf } from './pair/index.js';
import { CompletionQueue } from './queues/index.js';

const nothing = new Uint8Array();

describe('completion queues that break one after the other (include/rdma/ib_verbs.h, IB_EVENT_CQ_ERR and IB_EVENT_QP_FATAL)', () => {
  it('a chain of them breaks to its end, each once', () => {
    const adapter = new Adapter(new SoftFabric());
    adapter.open({ read: () => undefined, write: () => undefined });
    const pd = ProtectionDomain.create(adapter);
    const counts = new Map<number, number>();
    const events: ObjectEvents = {
      report: (type) => {
        counts.set(type, (counts.get(type) ?? 0) + 1);
      },
    };
    const length = 1000;
    const cqs = Array.from({ length: length + 1 }, () =>
      CompletionQueue.create(adapter, 1, 0, events),
    );
    const pairs = cqs.slice(0, length).map((cq, i) => {
      // What the flush of one leaves in the next queue is one more than it holds.
      const next = cqs[i + 1]!;
      const qp = QueuePair.create(adapter, {
        type: 'rc',
        events,
        pd,
        send: { cq, maxWr: 1, maxSge: 0 },
        receive: { cq: next, from: { pd, maxWr: 2, maxSge: 0 } },
      });
      qp.modify(transitionOf({ member: 'INIT', value: { access: 0, port_num: 1 } }));
      qp.postRecv(1n, nothing);
      qp.postRecv(2n, nothing);
      return qp;
    });
    const [first] = pairs;
    first!.modify(transitionOf({ member: 'ERR', value: { reserved: 0 } }));
    expect(pairs.every(({ state }) => state === IB_QPS_ERR)).to.be.true;
    expect(counts.get(IB_EVENT_CQ_ERR)).to.equal(length);
    expect(counts.get(IB_EVENT_QP_FATAL)).to.equal(length - 1);
    pairs.forEach((qp) => {
      qp.destroy();
    });
    cqs.forEach((cq) => {
      cq.destroy();
    });
    pd.destroy();
    adapter.close();
    expect(Object.values(adapter.pools.counts).every((count) => count === 0)).to.be.true;
  });
});
