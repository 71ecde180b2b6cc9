import {
  IB_EVENT_COMM_EST,
  IB_EVENT_QP_ACCESS_ERR,
  IB_QPS_ERR,
  IB_SEND_SOLICITED,
  IB_UVERBS_ACCESS_LOCAL_WRITE,
  IB_UVERBS_ACCESS_REMOTE_READ,
  IB_UVERBS_WC_RDMA_READ,
  IB_WC_LOC_LEN_ERR,
  IB_WC_LOC_PROT_ERR,
  IB_WC_RECV,
  IB_WC_RECV_RDMA_WITH_IMM,
  IB_WC_REM_ACCESS_ERR,
  IB_WC_REM_INV_REQ_ERR,
  IB_WC_REM_OP_ERR,
  IB_WC_RETRY_EXC_ERR,
  IB_WC_RNR_RETRY_EXC_ERR,
  IB_WC_SUCCESS,
  IB_WC_WITH_IMM,
  IB_WC_WR_FLUSH_ERR,
} from '@mdevkit/uapi';
import { EventChannelClass } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MAX_MESSAGE, Mr, Mw, Pd, QpRc, REREG_ACCESS, sgList } from '../abi/index.js';
import type { Connect } from './connection.test-support.js';
import { BASE, SIZE, type Node } from './node.test-support.js';
import { connectRc, createRc, rcPair } from './pairs.test-support.js';
import { eventsOf, outcome, World } from './world.test-support.js';

/** The state that a queue pair is in. */
async function stateOf(
  node: Node,
  { handle }: Awaited<ReturnType<typeof createRc>>,
): Promise<number> {
  return (await node.control.call(QpRc, 'query', { handle })).info.state;
}

export function describeReliable(connect: Connect): void {
  describe('reliable connections', () => {
    it('seed 002 one class per type: RC sends and receives, with 32 bits beside', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [left, right] = await rcPair(a, b);
      const length = a.put(0, 'over the fabric');
      await b.control.call(QpRc, 'postRecv', { handle: right.handle, ...b.receive(7, 0, 64) });
      const imm = 0xcafe;
      await a.control.call(QpRc, 'send', { handle: left.handle, ...a.work(1, 0, length), imm });
      expect(await a.results()).to.deep.equal([[1, IB_WC_SUCCESS]]);
      const [received] = await b.poll();
      expect(received).to.deep.include({
        wr_id: 7n,
        status: IB_WC_SUCCESS,
        opcode: IB_WC_RECV,
        byte_len: length,
        imm_data: imm,
        wc_flags: IB_WC_WITH_IMM,
        qp_num: right.qpNum,
        src_qp: left.qpNum,
        slid: a.parts.lid,
      });
      expect(b.text(0, length)).to.equal('over the fabric');
    });

    it('seed 002 one class per type: RC gathers from pieces and scatters to pieces', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [left, right] = await rcPair(a, b);
      a.put(0, 'abcdef');
      const piece = (node: Node, offset: number, length: number) => ({
        addr: BASE + BigInt(offset),
        length,
        lkey: node.parts.key,
      });
      const from = sgList([piece(a, 4, 2), piece(a, 0, 0), piece(a, 0, 4)]);
      const to = sgList([piece(b, 100, 1), piece(b, 200, 3), piece(b, 300, 8)]);
      await b.control.call(QpRc, 'postRecv', { handle: right.handle, wrId: 1n, memory: to });
      await a.control.call(QpRc, 'send', { handle: left.handle, wrId: 2n, memory: from });
      expect([b.text(100, 1), b.text(200, 3), b.text(300, 2)]).to.deep.equal(['e', 'fab', 'cd']);
    });

    it('seed 002 one class per type: RC writes and reads memory of the other end, which posts nothing', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [left] = await rcPair(a, b);
      const { handle } = left;
      a.put(0, 'written');
      b.put(0x100, 'to be read');
      const write = { ...a.work(1, 0, 7), ...b.remote(0x40) };
      await a.control.call(QpRc, 'rdmaWrite', { handle, ...write });
      const read = { ...a.work(2, 0x200, 10), ...b.remote(0x100) };
      await a.control.call(QpRc, 'rdmaRead', { handle, ...read });
      expect(b.text(0x40, 7)).to.equal('written');
      expect(a.text(0x200, 10)).to.equal('to be read');
      const completions = await a.poll();
      expect(completions.map(({ status }) => status)).to.deep.equal([IB_WC_SUCCESS, IB_WC_SUCCESS]);
      expect(completions[1]).to.deep.include({ opcode: IB_UVERBS_WC_RDMA_READ, byte_len: 10 });
      expect(await b.poll()).to.deep.equal([]);
    });

    it('verbs rdma: a write with 32 bits beside takes a receive request', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [left, right] = await rcPair(a, b);
      const write = { ...a.work(1, 0, 4), ...b.remote(0), imm: 5 };
      await a.control.call(QpRc, 'rdmaWrite', { handle: left.handle, ...write });
      expect(await a.poll(), 'there is no receive request yet').to.deep.equal([]);
      await b.control.call(QpRc, 'postRecv', { handle: right.handle, ...b.receive(3, 64, 0) });
      const [received] = await b.poll();
      const expected = { wr_id: 3n, opcode: IB_WC_RECV_RDMA_WITH_IMM, byte_len: 4, imm_data: 5 };
      expect(received).to.deep.include(expected);
      expect(await a.results()).to.deep.equal([[1, IB_WC_SUCCESS]]);
    });

    it('verbs access: a region that was registered again with less access is REM_ACCESS_ERR (rdma-core tests, test_mr.py)', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const channel = await b.control.call(EventChannelClass, 'create', {});
      await using events = channel.handle;
      const left = await createRc(a);
      const right = await createRc(b, { channel: events, element: 42n });
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum });
      const { handle } = left;
      const write = { ...a.work(1, 0, 4), ...b.remote(0) };
      await a.control.call(QpRc, 'rdmaWrite', { handle, ...write });
      const access = IB_UVERBS_ACCESS_LOCAL_WRITE | IB_UVERBS_ACCESS_REMOTE_READ;
      const less = { handle: b.parts.mr, access, change: REREG_ACCESS };
      await b.control.call(Mr, 'rereg', less);
      await a.control.call(QpRc, 'rdmaWrite', { handle, ...write, wrId: 2n });
      await a.control.call(QpRc, 'send', { handle, ...a.work(3, 0, 4) });
      expect(await a.results()).to.deep.equal([
        [1, IB_WC_SUCCESS],
        [2, IB_WC_REM_ACCESS_ERR],
        [3, IB_WC_WR_FLUSH_ERR],
      ]);
      expect(await eventsOf(events)).to.deep.equal([[42n, IB_EVENT_QP_ACCESS_ERR]]);
      expect([await stateOf(a, left), await stateOf(b, right)]).to.deep.equal([
        IB_QPS_ERR,
        IB_QPS_ERR,
      ]);
    });

    it('verbs keys: a key of nothing, of another domain, and a range outside are REM_ACCESS_ERR or LOC_PROT_ERR', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { handle: pd } = await b.control.call(Pd, 'create', {});
      const other = await b.control.call(Mr, 'register', {
        pd,
        iova: BASE,
        length: 16n,
        access: IB_UVERBS_ACCESS_REMOTE_READ,
      });
      for (const remote of [b.remote(0, 1), b.remote(0, other.rkey), b.remote(SIZE - 3)]) {
        const [{ handle }] = await rcPair(a, b);
        await a.control.call(QpRc, 'rdmaRead', { handle, ...a.work(1, 0, 4), ...remote });
        expect(await a.results()).to.deep.equal([[1, IB_WC_REM_ACCESS_ERR]]);
      }
      for (const work of [a.work(2, 0, 4, 1), a.work(2, SIZE - 3, 4), a.work(2, -1, 4)]) {
        const [{ handle }] = await rcPair(a, b);
        await a.control.call(QpRc, 'send', { handle, ...work });
        expect(await a.results()).to.deep.equal([[2, IB_WC_LOC_PROT_ERR]]);
      }
    });

    it('verbs memory: what is registered and not mapped is LOC_PROT_ERR here and REM_OP_ERR there', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const hole = { iova: BASE + BigInt(SIZE), length: 16n, access: IB_UVERBS_ACCESS_REMOTE_READ };
      const local = await a.control.call(Mr, 'register', { pd: a.parts.pd, ...hole });
      const remote = await b.control.call(Mr, 'register', { pd: b.parts.pd, ...hole });
      const [first] = await rcPair(a, b);
      const send = a.work(1, SIZE, 4, local.lkey);
      await a.control.call(QpRc, 'send', { handle: first.handle, ...send });
      const [second] = await rcPair(a, b);
      const read = { ...a.work(2, 0, 4), ...b.remote(SIZE, remote.rkey) };
      await a.control.call(QpRc, 'rdmaRead', { handle: second.handle, ...read });
      expect(await a.results()).to.deep.equal([
        [1, IB_WC_LOC_PROT_ERR],
        [2, IB_WC_REM_OP_ERR],
      ]);
    });

    it('verbs windows: the key of a window works until it is bound anew', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [{ handle }] = await rcPair(a, b);
      const { handle: mw } = await b.control.call(Mw, 'create', { pd: b.parts.pd });
      const range = { iova: BASE + 16n, length: 8n, access: IB_UVERBS_ACCESS_REMOTE_READ };
      const bind = { handle: mw, mr: b.parts.mr, ...range };
      const first = await b.control.call(Mw, 'bind', bind);
      const second = await b.control.call(Mw, 'bind', bind);
      const read = (wrId: number, rkey: number): Promise<unknown> =>
        a.control.call(QpRc, 'rdmaRead', {
          handle,
          ...a.work(wrId, 0, 8),
          ...b.remote(16, rkey),
        });
      await read(1, second.rkey);
      await read(2, first.rkey);
      expect(await a.results()).to.deep.equal([
        [1, IB_WC_SUCCESS],
        [2, IB_WC_REM_ACCESS_ERR],
      ]);
    });

    it('verbs receive: without a request a sender waits, or gives up, as it was told', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [patient, right] = await rcPair(a, b);
      a.put(0, 'late');
      await a.control.call(QpRc, 'send', { handle: patient.handle, ...a.work(1, 0, 4) });
      await a.control.call(QpRc, 'send', { handle: patient.handle, ...a.work(2, 0, 4) });
      expect(await a.results()).to.deep.equal([]);
      await b.control.call(QpRc, 'postRecv', { handle: right.handle, ...b.receive(1, 0, 4) });
      expect(await a.results()).to.deep.equal([[1, IB_WC_SUCCESS]]);
      expect(b.text(0, 4)).to.equal('late');
      await b.control.call(QpRc, 'destroy', { handle: right.handle });
      expect(await a.results()).to.deep.equal([[2, IB_WC_RETRY_EXC_ERR]]);
      const [hasty] = await rcPair(a, b, 0);
      await a.control.call(QpRc, 'send', { handle: hasty.handle, ...a.work(3, 0, 4) });
      expect(await a.results()).to.deep.equal([[3, IB_WC_RNR_RETRY_EXC_ERR]]);
    });

    it('verbs receive: a request that is too short, or without memory, breaks both ends', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      for (const [receive, there, here] of [
        [b.receive(7, 0, 3), IB_WC_LOC_LEN_ERR, IB_WC_REM_INV_REQ_ERR],
        [b.receive(7, 0, 4, 1), IB_WC_LOC_PROT_ERR, IB_WC_REM_OP_ERR],
      ] as const) {
        const [left, right] = await rcPair(a, b);
        await b.control.call(QpRc, 'postRecv', { handle: right.handle, ...receive });
        await a.control.call(QpRc, 'send', { handle: left.handle, ...a.work(1, 0, 4) });
        expect(await b.results()).to.deep.equal([[7, there]]);
        expect(await a.results()).to.deep.equal([[1, here]]);
        expect(await stateOf(b, right)).to.equal(IB_QPS_ERR);
      }
    });

    it('verbs message: more bytes than a message has is LOC_LEN_ERR', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [{ handle }] = await rcPair(a, b);
      await a.control.call(QpRc, 'send', { handle, ...a.work(1, 0, MAX_MESSAGE + 1) });
      expect(await a.results()).to.deep.equal([[1, IB_WC_LOC_LEN_ERR]]);
    });

    it('verbs connection: whoever is not at the other end is not heard', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [, right] = await rcPair(a, b);
      const stranger = await createRc(a);
      await connectRc(a, stranger, { node: b, qpNum: right.qpNum });
      await b.control.call(QpRc, 'postRecv', { handle: right.handle, ...b.receive(7, 0, 4) });
      await a.control.call(QpRc, 'send', { handle: stranger.handle, ...a.work(1, 0, 4) });
      expect(await a.results()).to.deep.equal([[1, IB_WC_RETRY_EXC_ERR]]);
      expect(await b.results()).to.deep.equal([]);
    });

    it('seed 002 async_event: the first message to a queue pair in RTR reports COMM_EST, once', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { handle: events } = await b.control.call(EventChannelClass, 'create', {});
      const left = await createRc(a);
      const right = await createRc(b, { channel: events, element: 9n });
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum }, { last: 'RTR' });
      const write = { handle: left.handle, ...a.work(1, 0, 4), ...b.remote(0) };
      await a.control.call(QpRc, 'rdmaWrite', write);
      await a.control.call(QpRc, 'rdmaWrite', { ...write, flags: IB_SEND_SOLICITED });
      expect(await eventsOf(events)).to.deep.equal([[9n, IB_EVENT_COMM_EST]]);
      await events.close();
    });

    it('verbs post: a full queue is ENOMEM, more pieces than it takes EINVAL (drivers/infiniband/sw/rxe/rxe_verbs.c)', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const left = await createRc(a, { maxSendWr: 2, maxRecvWr: 1 });
      const right = await createRc(b);
      const { handle } = left;
      const receive = (): Promise<string> =>
        outcome(a.control.call(QpRc, 'postRecv', { handle, ...a.receive(1, 0, 4) }));
      const send = (memory = a.work(1, 0, 4).memory): Promise<string> =>
        outcome(a.control.call(QpRc, 'send', { handle, wrId: 1n, memory }));
      expect([await receive(), await send()]).to.deep.equal([
        'EINVAL verbs.state',
        'EINVAL verbs.state',
      ]);
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      await connectRc(b, right, { node: a, qpNum: left.qpNum });
      const answers = [await send(), await send(), await send(), await receive(), await receive()];
      const full = 'ENOMEM verbs.queue-full';
      expect(answers).to.deep.equal(['ok', 'ok', full, 'ok', full]);
      const five = Array.from({ length: 5 }, () => ({}));
      for (const memory of [sgList(five), new Uint8Array(15)]) {
        expect(await send(memory)).to.equal('EINVAL verbs.argument');
      }
    });
  });
}
