import {
  IB_QPS_SQE,
  IB_WC_LOC_PROT_ERR,
  IB_WC_REM_INV_REQ_ERR,
  IB_WC_SUCCESS,
  IB_WC_WR_FLUSH_ERR,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Ah, GRH_BYTES, MTU, Pd, QpUc, QpUd, QpXrcIni, Srq, Xrcd } from '../abi/index.js';
import type { Connect } from './connection.test-support.js';
import { createUd, ucPair, xrcPair } from './pairs.test-support.js';
import { outcome, World } from './world.test-support.js';

const QKEY = 0x1234;

export function describeOtherTypes(connect: Connect): void {
  describe('other types', () => {
    it('seed 002 one class per type: UC sends and writes, and what is lost is lost', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [left, right] = await ucPair(a, b);
      const { handle } = left;
      a.put(0, 'lostkept');
      await a.control.call(QpUc, 'send', { handle, ...a.work(1, 0, 4) });
      const wrong = { ...a.work(2, 0, 4), ...b.remote(0, 1) };
      await a.control.call(QpUc, 'rdmaWrite', { handle, ...wrong });
      await b.control.call(QpUc, 'postRecv', { handle: right.handle, ...b.receive(7, 0, 4) });
      await a.control.call(QpUc, 'send', { handle, ...a.work(3, 4, 4) });
      const write = { ...a.work(4, 4, 4), ...b.remote(64) };
      await a.control.call(QpUc, 'rdmaWrite', { handle, ...write });
      const sent = await a.results();
      expect(sent).to.deep.equal([1, 2, 3, 4].map((wrId) => [wrId, IB_WC_SUCCESS]));
      expect(await b.results()).to.deep.equal([[7, IB_WC_SUCCESS]]);
      expect([b.text(0, 4), b.text(64, 4)]).to.deep.equal(['kept', 'kept']);
    });

    it('seed 002 one class per type: UD sends to where each request says, behind the routing header', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const from = await createUd(a, QKEY);
      const to = await createUd(b, QKEY);
      const { handle: ah } = await a.control.call(Ah, 'create', {
        pd: a.parts.pd,
        dlid: b.parts.lid,
      });
      a.put(0, 'gram');
      b.parts.bytes.fill(1, 0, 64);
      const receive = b.receive(7, 0, GRH_BYTES + 4);
      await b.control.call(QpUd, 'postRecv', { handle: to.handle, ...receive });
      const address = { ah, remoteQpn: to.qpNum, remoteQkey: QKEY };
      await a.control.call(QpUd, 'send', { handle: from.handle, ...a.work(1, 0, 4), ...address });
      const [received] = await b.poll();
      const expected = {
        wr_id: 7n,
        byte_len: GRH_BYTES + 4,
        src_qp: from.qpNum,
        slid: a.parts.lid,
      };
      expect(received).to.deep.include(expected);
      expect(b.text(GRH_BYTES, 4)).to.equal('gram');
      expect(b.parts.bytes.subarray(0, GRH_BYTES).every((byte) => byte === 1)).to.be.true;
    });

    it('verbs datagrams: a wrong key, nobody there, more than the MTU or than the receiver has: dropped, and no error', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const from = await createUd(a, QKEY);
      const to = await createUd(b, QKEY);
      const { pd } = a.parts;
      const { handle: ah } = await a.control.call(Ah, 'create', { pd, dlid: b.parts.lid });
      const { handle: nobody } = await a.control.call(Ah, 'create', { pd, dlid: 0xbfff });
      const receive = b.receive(7, 0, GRH_BYTES + 4);
      await b.control.call(QpUd, 'postRecv', { handle: to.handle, ...receive });
      const large = await createUd(b, QKEY);
      const room = { handle: large.handle, ...b.receive(8, 0, 2 * MTU) };
      await b.control.call(QpUd, 'postRecv', room);
      const address = { ah, remoteQpn: to.qpNum, remoteQkey: QKEY };
      const { handle } = from;
      for (const [work, target] of [
        [a.work(1, 0, 4), { ...address, remoteQkey: QKEY + 1 }],
        [a.work(1, 0, 4), { ...address, remoteQpn: 0xff_ffff }],
        [a.work(1, 0, 4), { ...address, ah: nobody }],
        [a.work(1, 0, MTU + 1), { ...address, remoteQpn: large.qpNum }],
        [a.work(1, 0, 5), address],
      ] as const) {
        await a.control.call(QpUd, 'send', { handle, ...work, ...target });
        expect(await a.results()).to.deep.equal([[1, IB_WC_SUCCESS]]);
        expect(await b.results()).to.deep.equal([]);
      }
      await a.control.call(QpUd, 'send', { handle, ...a.work(1, 0, 4), ...address });
      expect(await b.results(), 'the request is still there').to.deep.equal([[7, IB_WC_SUCCESS]]);
    });

    it('verbs datagrams: an address of another domain is EINVAL', async () => {
      await using world = await World.open(connect);
      const a = await world.node();
      const { handle } = await createUd(a, QKEY);
      const { handle: pd } = await a.control.call(Pd, 'create', {});
      const { handle: ah } = await a.control.call(Ah, 'create', { pd, dlid: 1 });
      const send = { handle, ...a.work(1, 0, 4), ah, remoteQpn: 2, remoteQkey: 0 };
      expect(await outcome(a.control.call(QpUd, 'send', send))).to.equal('EINVAL verbs.domain');
    });

    it('verbs states: an unreliable type that could not send goes to SQE and back to RTS (drivers/infiniband/core/verbs.c, qp_state_table)', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [left, right] = await ucPair(a, b);
      const { handle } = left;
      await a.control.call(QpUc, 'send', { handle, ...a.work(1, 0, 4, 1) });
      expect((await a.control.call(QpUc, 'query', { handle })).info.state).to.equal(IB_QPS_SQE);
      await a.control.call(QpUc, 'send', { handle, ...a.work(2, 0, 4) });
      await a.control.call(QpUc, 'postRecv', { handle, ...a.receive(7, 0, 4) });
      await b.control.call(QpUc, 'send', { handle: right.handle, ...b.work(1, 0, 4) });
      expect(await a.results()).to.deep.equal([
        [1, IB_WC_LOC_PROT_ERR],
        [2, IB_WC_WR_FLUSH_ERR],
        [7, IB_WC_SUCCESS],
      ]);
      await a.control.call(QpUc, 'modify', { handle, to: { member: 'RTS', value: {} } });
      await a.control.call(QpUc, 'send', { handle, ...a.work(3, 0, 4) });
      expect(await a.results()).to.deep.equal([[3, IB_WC_SUCCESS]]);
    });

    it('seed 002 one class per type: XRC reaches the shared queue that each request names', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { pd, cq } = b.parts;
      const { handle: xrcd } = await b.control.call(Xrcd, 'create', {});
      const size = { maxWr: 4, maxSge: 1 };
      const first = await b.control.call(Srq, 'createXrc', { pd, cq, xrcd, ...size });
      const second = await b.control.call(Srq, 'createXrc', { pd, cq, xrcd, ...size });
      const [{ handle }, target] = await xrcPair(a, b, xrcd);
      a.put(0, 'onetwo');
      await b.control.call(Srq, 'postRecv', { handle: first.handle, ...b.receive(1, 0, 8) });
      const toSecond = { ...a.work(2, 3, 3), srqNum: second.srqNum };
      await a.control.call(QpXrcIni, 'send', { handle, ...toSecond });
      expect(await a.results(), 'the second has no request').to.deep.equal([]);
      await b.control.call(Srq, 'postRecv', { handle: second.handle, ...b.receive(2, 64, 8) });
      const toFirst = { ...a.work(1, 0, 3), srqNum: first.srqNum };
      await a.control.call(QpXrcIni, 'send', { handle, ...toFirst });
      const read = { ...a.work(3, 128, 3), ...b.remote(64), srqNum: first.srqNum };
      await a.control.call(QpXrcIni, 'rdmaRead', { handle, ...read });
      expect([b.text(0, 3), b.text(64, 3), a.text(128, 3)]).to.deep.equal(['one', 'two', 'two']);
      expect((await b.poll()).map(({ wr_id, qp_num }) => [wr_id, qp_num])).to.deep.equal([
        [2n, target.qpNum],
        [1n, target.qpNum],
      ]);
    });

    it('verbs XRC: a shared queue of another domain is REM_INV_REQ_ERR', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { pd, cq } = b.parts;
      const { handle: xrcd } = await b.control.call(Xrcd, 'create', {});
      const { handle: other } = await b.control.call(Xrcd, 'create', {});
      const size = { maxWr: 4, maxSge: 1 };
      const { srqNum } = await b.control.call(Srq, 'createXrc', { pd, cq, xrcd: other, ...size });
      const [{ handle }] = await xrcPair(a, b, xrcd);
      await a.control.call(QpXrcIni, 'send', { handle, ...a.work(1, 0, 3), srqNum });
      expect(await a.results()).to.deep.equal([[1, IB_WC_REM_INV_REQ_ERR]]);
    });
  });
}
