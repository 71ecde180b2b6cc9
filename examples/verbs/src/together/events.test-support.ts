import {
  acknowledge,
  DESTROY_WAIT,
  DRIVER_EVENT,
  EventChannelClass,
  type ObjectDescriptor,
} from '@mdevkit/core';
import {
  IB_EVENT_CQ_ERR,
  IB_EVENT_QP_FATAL,
  IB_EVENT_QP_LAST_WQE_REACHED,
  IB_EVENT_SRQ_LIMIT_REACHED,
  IB_QPS_ERR,
  IB_SEND_SIGNALED,
  IB_SEND_SOLICITED,
  IB_WC_SUCCESS,
  IB_WC_WR_FLUSH_ERR,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ARM_SOLICITED, Cq, EVENT_COMPLETION, QpRc, Srq } from '../abi/index.js';
import type { Connect } from './connection.test-support.js';
import type { Node } from './node.test-support.js';
import { connectRc, createRc, rcPair } from './pairs.test-support.js';
import { eventsOf, outcome, until, World } from './world.test-support.js';

async function channelOf(node: Node): Promise<ObjectDescriptor> {
  return (await node.control.call(EventChannelClass, 'create', {})).handle;
}

export function describeEvents(connect: Connect): void {
  describe('events', () => {
    it('seed 002 poll_cq and req_notify: methods; each arming gives exactly one event, with the cookie of its queue (rdma-core tests, test_events.py)', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      await using channel = await channelOf(a);
      const { handle: sendCq } = await a.control.call(Cq, 'create', {
        cqe: 16,
        channel,
        element: 0xc0ffeen,
      });
      const left = await createRc(a, { sendCq });
      const right = await createRc(b);
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum });
      const write = { handle: left.handle, ...a.work(1, 0, 4), ...b.remote(0) };
      await a.control.call(QpRc, 'rdmaWrite', write);
      expect(await eventsOf(channel), 'nobody has asked').to.deep.equal([]);
      const arm = { handle: sendCq, only: 0 };
      expect((await a.control.call(Cq, 'arm', arm)).missed).to.equal(1);
      await a.control.call(QpRc, 'rdmaWrite', write);
      await a.control.call(QpRc, 'rdmaWrite', write);
      expect(await eventsOf(channel)).to.deep.equal([[0xc0ffeen, EVENT_COMPLETION]]);
      expect(await a.results(sendCq)).to.have.lengthOf(3);
      expect((await a.control.call(Cq, 'arm', arm)).missed).to.equal(0);
    });

    it('verbs arming: for what is solicited only that counts, and errors', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      await using channel = await channelOf(b);
      const { handle: recvCq } = await b.control.call(Cq, 'create', {
        cqe: 16,
        channel,
        element: 1n,
      });
      const left = await createRc(a);
      const right = await createRc(b, { recvCq });
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum });
      const post = (): Promise<unknown> =>
        b.control.call(QpRc, 'postRecv', { handle: right.handle, ...b.receive(1, 0, 4) });
      const send = (flags: number): Promise<unknown> =>
        a.control.call(QpRc, 'send', { handle: left.handle, ...a.work(1, 0, 4), flags });
      await post();
      await post();
      await post();
      await b.control.call(Cq, 'arm', { handle: recvCq, only: ARM_SOLICITED });
      await send(IB_SEND_SIGNALED);
      expect(await eventsOf(channel)).to.deep.equal([]);
      await send(IB_SEND_SOLICITED);
      expect(await eventsOf(channel)).to.deep.equal([[1n, EVENT_COMPLETION]]);
      await b.control.call(Cq, 'arm', { handle: recvCq, only: ARM_SOLICITED });
      const error = { member: 'ERR', value: {} } as const;
      await b.control.call(QpRc, 'modify', { handle: right.handle, to: error });
      expect(await eventsOf(channel)).to.deep.equal([[1n, EVENT_COMPLETION]]);
    });

    it('seed 002 async_event: a completion queue that overflows reports CQ_ERR, its queue pairs QP_FATAL', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      await using channel = await channelOf(a);
      const small = { cqe: 1, channel, element: 1n };
      const { handle: sendCq } = await a.control.call(Cq, 'create', small);
      const left = await createRc(a, { sendCq, channel, element: 2n });
      const right = await createRc(b);
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum });
      const { handle } = left;
      await a.control.call(QpRc, 'postRecv', { handle, ...a.receive(7, 0, 4) });
      const write = { handle, ...a.work(1, 0, 4), ...b.remote(0) };
      await a.control.call(QpRc, 'rdmaWrite', write);
      await a.control.call(QpRc, 'rdmaWrite', { ...write, wrId: 2n });
      expect(await eventsOf(channel)).to.deep.equal([
        [1n, IB_EVENT_CQ_ERR],
        [2n, IB_EVENT_QP_FATAL],
      ]);
      expect(await a.results(sendCq), 'what was in it').to.deep.equal([[1, IB_WC_SUCCESS]]);
      expect(await a.results(), 'the other queue').to.deep.equal([[7, IB_WC_WR_FLUSH_ERR]]);
      const { info } = await a.control.call(QpRc, 'query', { handle });
      expect(info.state).to.equal(IB_QPS_ERR);
      const init = { member: 'INIT', value: { access: 0, port_num: 1 } } as const;
      await a.control.call(QpRc, 'modify', { handle, to: { member: 'RESET', value: {} } });
      const again = a.control.call(QpRc, 'modify', { handle, to: init });
      expect(await outcome(again)).to.equal('EINVAL verbs.state');
    });

    it('seed 002 async_event: a shared queue below its limit reports that once, and a queue pair that takes no more LAST_WQE_REACHED', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      await using channel = await channelOf(b);
      const { handle: srq } = await b.control.call(Srq, 'create', {
        pd: b.parts.pd,
        maxWr: 8,
        maxSge: 1,
        limit: 2,
        channel,
        element: 1n,
      });
      const left = await createRc(a);
      const right = await createRc(b, { srq, channel, element: 2n });
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum });
      for (let i = 0; i < 3; i++) {
        await b.control.call(Srq, 'postRecv', { handle: srq, ...b.receive(i, 0, 4) });
      }
      const send = { handle: left.handle, ...a.work(1, 0, 4) };
      await a.control.call(QpRc, 'send', send);
      expect(await eventsOf(channel)).to.deep.equal([]);
      await a.control.call(QpRc, 'send', send);
      await a.control.call(QpRc, 'send', send);
      expect(await eventsOf(channel)).to.deep.equal([[1n, IB_EVENT_SRQ_LIMIT_REACHED]]);
      const error = { member: 'ERR', value: {} } as const;
      await b.control.call(QpRc, 'modify', { handle: right.handle, to: error });
      expect(await eventsOf(channel)).to.deep.equal([[2n, IB_EVENT_QP_LAST_WQE_REACHED]]);
      const own = b.control.call(QpRc, 'postRecv', { handle: right.handle, ...b.receive(1, 0, 4) });
      expect(await outcome(own)).to.equal('EINVAL verbs.argument');
    });

    it('seed 002 event channel: objects report to the channel that they were created with, the others to the default one', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      await using channel = await channelOf(a);
      const toDefault = await a.control.call(EventChannelClass, 'openDefault', {});
      await using other = toDefault.handle;
      const { handle: mine } = await a.control.call(Cq, 'create', { cqe: 4, channel, element: 1n });
      const { handle: plain } = await a.control.call(Cq, 'create', { cqe: 4 });
      const left = await createRc(a, { sendCq: mine });
      const second = await createRc(a, { sendCq: plain });
      for (const [qp, cq] of [
        [left, mine],
        [second, plain],
      ] as const) {
        const right = await createRc(b);
        await connectRc(a, qp, { node: b, qpNum: right.qpNum });
        await connectRc(b, right, { node: a, qpNum: qp.qpNum });
        await a.control.call(Cq, 'arm', { handle: cq });
        const write = { handle: qp.handle, ...a.work(1, 0, 4), ...b.remote(0) };
        await a.control.call(QpRc, 'rdmaWrite', write);
      }
      expect(await eventsOf(channel)).to.deep.equal([[1n, EVENT_COMPLETION]]);
      expect(await eventsOf(other)).to.deep.equal([[BigInt(plain), EVENT_COMPLETION]]);
    });

    it('seed 002 always an fd: what is done to a channel is an operation on its descriptor; destroy reports, and waits for, what is acknowledged there', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      await using channel = await channelOf(a);
      const { handle } = await a.control.call(Cq, 'create', { cqe: 4, channel, element: 5n });
      const left = await createRc(a, { sendCq: handle });
      const right = await createRc(b);
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum });
      await a.control.call(Cq, 'arm', { handle });
      const write = { handle: left.handle, ...a.work(1, 0, 4), ...b.remote(0) };
      await a.control.call(QpRc, 'rdmaWrite', write);
      expect(await eventsOf(channel)).to.have.lengthOf(1);
      await a.control.call(QpRc, 'destroy', { handle: left.handle });
      const held = (world.fabric.held['cq'] ?? 0) - 1;
      let isDone = false;
      const destroyed = a.control.call(Cq, 'destroy', { handle, flags: DESTROY_WAIT });
      const done = destroyed.then((answer) => {
        isDone = true;
        return answer;
      });
      // The queue is gone, and the call has not ended. What is done to the descriptor waits for no call.
      await until(() => world.fabric.held['cq'] === held);
      await (a.parts.connection.isConcurrent ? a.control.query() : channel.poll());
      expect(isDone, 'one event is not acknowledged').to.be.false;
      await acknowledge(channel, 5n, 1);
      expect((await done).events).to.deep.equal({ reported: 1, unacknowledged: 0 });
    });

    it('seed 002 create_fd_object: a channel is a descriptor; what is bound to it lives on when it is closed', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const channel = await channelOf(a);
      const { handle } = await a.control.call(Cq, 'create', { cqe: 4, channel, element: 5n });
      const left = await createRc(a, { sendCq: handle });
      const right = await createRc(b);
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum });
      await channel.close();
      await a.control.call(Cq, 'arm', { handle });
      const write = { handle: left.handle, ...a.work(1, 0, 4), ...b.remote(0) };
      await a.control.call(QpRc, 'rdmaWrite', write);
      expect(await a.results(handle)).to.deep.equal([[1, IB_WC_SUCCESS]]);
      const late = a.control.call(Cq, 'create', { cqe: 4, channel });
      expect(await outcome(late)).to.match(/^EBADF /);
    });

    it("seed 002 event channel: the driver's events are numbered apart from the core's", async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      await using channel = await channelOf(a);
      const [left] = await rcPair(a, b);
      const { handle } = await a.control.call(Cq, 'create', { cqe: 1, channel });
      const qp = await createRc(a, { sendCq: handle });
      await connectRc(a, qp, { node: b, qpNum: left.qpNum });
      await a.control.call(Cq, 'arm', { handle });
      await a.control.call(QpRc, 'send', { handle: qp.handle, ...a.work(1, 0, 4) });
      const record = new Uint8Array(16);
      await channel.read(record, { nonBlocking: true });
      const type = new DataView(record.buffer).getUint32(8, true);
      expect(type).to.equal(DRIVER_EVENT | EVENT_COMPLETION);
    });
  });
}
