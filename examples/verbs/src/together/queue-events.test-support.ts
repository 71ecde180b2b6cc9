import { EventChannelClass } from '@mdevkit/core';
import {
  IB_EVENT_COMM_EST,
  IB_EVENT_CQ_ERR,
  IB_EVENT_QP_LAST_WQE_REACHED,
  IB_EVENT_QP_REQ_ERR,
  IB_EVENT_SRQ_ERR,
  IB_WC_REM_INV_REQ_ERR,
  IB_WC_SUCCESS,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ARM_SOLICITED, Cq, EVENT_COMPLETION, QpRc, QpXrcIni, Srq, Xrcd } from '../abi/index.js';
import type { Connect } from './connection.test-support.js';
import { connectRc, createRc, rcPair, xrcPair } from './pairs.test-support.js';
import { eventsOf, World } from './world.test-support.js';

export function describeQueueEvents(connect: Connect): void {
  describe('events of queues', () => {
    it('verbs arming: to arm for the solicited does not take back what was armed for all', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { handle: channel } = await a.control.call(EventChannelClass, 'create', {});
      const cq = await a.control.call(Cq, 'create', { cqe: 4, channel, element: 1n });
      const { handle } = await createConnected();
      await a.control.call(Cq, 'arm', { handle: cq.handle });
      await a.control.call(Cq, 'arm', { handle: cq.handle, only: ARM_SOLICITED });
      await a.control.call(QpRc, 'rdmaWrite', { handle, ...a.work(1, 0, 4), ...b.remote(0) });
      expect(await eventsOf(channel)).to.deep.equal([[1n, EVENT_COMPLETION]]);
      await channel.close();

      async function createConnected(): ReturnType<typeof createRc> {
        const left = await createRc(a, { sendCq: cq.handle });
        const right = await createRc(b);
        await connectRc(a, left, { node: b, qpNum: right.qpNum });
        await connectRc(b, right, { node: a, qpNum: left.qpNum });
        return left;
      }
    });

    it('verbs states: a queue pair that was reset and connected again reports COMM_EST again', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { handle: channel } = await b.control.call(EventChannelClass, 'create', {});
      const left = await createRc(a);
      const right = await createRc(b, { channel, element: 1n });
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      const write = { handle: left.handle, ...a.work(1, 0, 4), ...b.remote(0) };
      for (let round = 0; round < 2; round++) {
        await connectRc(b, right, { node: a, qpNum: left.qpNum }, { last: 'RTR' });
        await a.control.call(QpRc, 'rdmaWrite', write);
        expect(await eventsOf(channel)).to.deep.equal([[1n, IB_EVENT_COMM_EST]]);
        const reset = { member: 'RESET', value: {} } as const;
        await b.control.call(QpRc, 'modify', { handle: right.handle, to: reset });
      }
      await channel.close();
    });

    it('verbs states: a reset ends requests without completions, also one that waits', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [left, right] = await rcPair(a, b);
      await a.control.call(QpRc, 'send', { handle: left.handle, ...a.work(1, 0, 4) });
      const reset = { member: 'RESET', value: {} } as const;
      await a.control.call(QpRc, 'modify', { handle: left.handle, to: reset });
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      for (const wrId of [2, 3]) {
        await b.control.call(QpRc, 'postRecv', { handle: right.handle, ...b.receive(wrId, 0, 4) });
      }
      await a.control.call(QpRc, 'send', { handle: left.handle, ...a.work(4, 0, 4) });
      expect(await a.results()).to.deep.equal([[4, IB_WC_SUCCESS]]);
      expect(await b.results()).to.deep.equal([[2, IB_WC_SUCCESS]]);
    });

    it('verbs XRC: a shared queue that goes, or whose completions are lost, is REM_INV_REQ_ERR to who waits or comes; its target takes no more', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { control, parts } = b;
      const { handle: channel } = await control.call(EventChannelClass, 'create', {});
      const { handle: xrcd } = await control.call(Xrcd, 'create', {});
      const { handle: cq } = await control.call(Cq, 'create', { cqe: 1, channel, element: 1n });
      const shape = { pd: parts.pd, xrcd, maxWr: 4, maxSge: 1, channel };
      const first = await control.call(Srq, 'createXrc', { ...shape, cq, element: 2n });
      const second = await control.call(Srq, 'createXrc', { ...shape, cq: parts.cq });
      const send = async (wrId: number, srqNum: number): Promise<void> => {
        const [{ handle }] = await xrcPair(a, b, xrcd, { channel, element: 3n });
        await a.control.call(QpXrcIni, 'send', { handle, ...a.work(wrId, 0, 4), srqNum });
      };
      await send(1, second.srqNum);
      await control.call(Srq, 'destroy', { handle: second.handle });
      expect(await a.results()).to.deep.equal([[1, IB_WC_REM_INV_REQ_ERR]]);
      const refused = [
        [3n, IB_EVENT_COMM_EST],
        [3n, IB_EVENT_QP_REQ_ERR],
        [3n, IB_EVENT_QP_LAST_WQE_REACHED],
      ];
      expect(await eventsOf(channel)).to.deep.equal(refused);
      for (const wrId of [2, 3, 4]) {
        const receive = { handle: first.handle, ...b.receive(wrId, 0, 4) };
        await control.call(Srq, 'postRecv', receive);
      }
      await send(2, first.srqNum);
      await send(3, first.srqNum);
      await send(4, first.srqNum);
      expect(await a.results()).to.deep.equal([
        [2, IB_WC_SUCCESS],
        [3, IB_WC_SUCCESS],
        [4, IB_WC_REM_INV_REQ_ERR],
      ]);
      const events = await eventsOf(channel);
      expect(events.filter(([element]) => element !== 3n)).to.deep.equal([
        [1n, IB_EVENT_CQ_ERR],
        [2n, IB_EVENT_SRQ_ERR],
      ]);
      await channel.close();
    });
  });
}
