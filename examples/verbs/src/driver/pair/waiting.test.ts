import type { ObjectEvents } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Adapter } from '../adapter.js';
import { SoftFabric } from '../fabric.js';
import { ProtectionDomain } from '../memory/index.js';
import { CompletionQueue } from '../queues/index.js';
import { QueuePair, transitionOf } from './index.js';

const events: ObjectEvents = { report: () => undefined };

describe('senders that wait for a receive request (own rule: whoever is gone waits nowhere)', () => {
  for (const end of ['destroy', 'reset'] as const) {
    it(`${end} ends the wait at the other end`, () => {
      const adapter = new Adapter(new SoftFabric());
      adapter.open({ read: () => undefined, write: () => undefined });
      const pd = ProtectionDomain.create(adapter);
      const cq = CompletionQueue.create(adapter, 8, 0, events);
      const create = (): QueuePair =>
        QueuePair.create(adapter, {
          type: 'rc',
          events,
          pd,
          send: { cq, maxWr: 1, maxSge: 0 },
          receive: { cq, from: { pd, maxWr: 1, maxSge: 0 } },
        });
      const [sender, receiver] = [create(), create()];
      for (const [qp, peer] of [
        [sender, receiver],
        [receiver, sender],
      ] as const) {
        const value = { dest_qp_num: peer.number, dlid: adapter.lid, reserved: 0 };
        qp.modify(transitionOf({ member: 'INIT', value: { access: 0, port_num: 1 } }));
        qp.modify(transitionOf({ member: 'RTR', value }));
        qp.modify(transitionOf({ member: 'RTS', value: { rnr_retry: 7 } }));
      }
      const send = { kind: 'send', isSignaled: true, isSolicited: false, imm: undefined } as const;
      sender.postSend(1n, new Uint8Array(), send);
      expect(receiver.waiting.size).to.equal(1);
      if (end === 'destroy') {
        sender.destroy();
      } else {
        sender.modify(transitionOf({ member: 'RESET', value: { reserved: 0 } }));
      }
      expect(receiver.waiting.size).to.equal(0);
      adapter.close();
    });
  }
});
