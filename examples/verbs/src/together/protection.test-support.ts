import type { CallResult } from '@mdevkit/core';
import {
  IB_UVERBS_ACCESS_LOCAL_WRITE,
  IB_UVERBS_ACCESS_REMOTE_READ,
  IB_WC_LOC_PROT_ERR,
  IB_WC_REM_ACCESS_ERR,
  IB_WC_REM_OP_ERR,
  IB_WC_RETRY_EXC_ERR,
  IB_WC_SUCCESS,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Mr, Mw, Pd, QpRc, QpUc, sgList } from '../abi/index.js';
import type { Connect } from './connection.test-support.js';
import { ALL_ACCESS, BASE, type Node } from './node.test-support.js';
import { connectRc, createRc, rcPair } from './pairs.test-support.js';
import { outcome, World } from './world.test-support.js';

/** The key of a region over the first 16 bytes of a node's memory. */
function regionOf(
  { control, parts }: Node,
  { pd = parts.pd, access = ALL_ACCESS } = {},
): Promise<CallResult<typeof Mr, 'register'>> {
  return control.call(Mr, 'register', { pd, iova: BASE, length: 16n, access });
}

export function describeProtection(connect: Connect): void {
  describe('protection', () => {
    it('verbs access: what the queue pair does not allow the other end is REM_ACCESS_ERR, whatever the region allows', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const left = await createRc(a);
      const right = await createRc(b);
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      const { handle } = right;
      const closed = { access: IB_UVERBS_ACCESS_REMOTE_READ, port_num: 1 };
      const peer = { dest_qp_num: left.qpNum, dlid: a.parts.lid };
      await b.control.call(QpRc, 'modify', { handle, to: { member: 'INIT', value: closed } });
      await b.control.call(QpRc, 'modify', { handle, to: { member: 'RTR', value: peer } });
      const remote = b.remote(0);
      await a.control.call(QpRc, 'rdmaRead', {
        handle: left.handle,
        ...a.work(1, 0, 4),
        ...remote,
      });
      await a.control.call(QpRc, 'rdmaWrite', {
        handle: left.handle,
        ...a.work(2, 0, 4),
        ...remote,
      });
      expect(await a.results()).to.deep.equal([
        [1, IB_WC_SUCCESS],
        [2, IB_WC_REM_ACCESS_ERR],
      ]);
    });

    it('verbs access: a region of another domain is LOC_PROT_ERR, and so is one that is received into without local write', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { handle: pd } = await a.control.call(Pd, 'create', {});
      const foreign = await regionOf(a, { pd });
      const [first] = await rcPair(a, b);
      const send = { handle: first.handle, ...a.work(1, 0, 4, foreign.lkey) };
      await a.control.call(QpRc, 'send', send);
      const readOnly = await regionOf(b, { access: IB_UVERBS_ACCESS_REMOTE_READ });
      const [left, right] = await rcPair(a, b);
      const receive = { handle: right.handle, ...b.receive(7, 0, 4, readOnly.lkey) };
      await b.control.call(QpRc, 'postRecv', receive);
      await a.control.call(QpRc, 'send', { handle: left.handle, ...a.work(2, 0, 4) });
      expect(await b.results()).to.deep.equal([[7, IB_WC_LOC_PROT_ERR]]);
      expect(await a.results()).to.deep.equal([
        [1, IB_WC_LOC_PROT_ERR],
        [2, IB_WC_REM_OP_ERR],
      ]);
    });

    it('verbs access: no bytes need no key, here and there (InfiniBand Architecture Specification C9-88)', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [{ handle }] = await rcPair(a, b);
      const memory = sgList([{ addr: 1n, length: 0, lkey: 1 }]);
      const nowhere = { memory, remoteAddr: 1n, rkey: 1 };
      await a.control.call(QpRc, 'rdmaWrite', { handle, ...a.work(1, 0, 0), ...nowhere });
      expect(await a.results()).to.deep.equal([[1, IB_WC_SUCCESS]]);
    });

    it('verbs windows: a window allows what it was bound with, in its own domain (drivers/infiniband/sw/rxe/rxe_mw.c)', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { control, parts } = b;
      const [{ handle }] = await rcPair(a, b);
      const { handle: mw } = await control.call(Mw, 'create', { pd: parts.pd });
      const { handle: pd } = await control.call(Pd, 'create', {});
      const { handle: foreign } = await regionOf(b, { pd });
      const range = { iova: BASE, length: 16n, access: IB_UVERBS_ACCESS_REMOTE_READ };
      const other = control.call(Mw, 'bind', { handle: mw, mr: foreign, ...range });
      expect(await outcome(other)).to.equal('EINVAL verbs.domain');
      const { rkey } = await control.call(Mw, 'bind', { handle: mw, mr: parts.mr, ...range });
      const remote = b.remote(0, rkey);
      await a.control.call(QpRc, 'rdmaRead', { handle, ...a.work(1, 0, 4), ...remote });
      await a.control.call(QpRc, 'rdmaWrite', { handle, ...a.work(2, 0, 4), ...remote });
      expect(await a.results()).to.deep.equal([
        [1, IB_WC_SUCCESS],
        [2, IB_WC_REM_ACCESS_ERR],
      ]);
    });

    it('verbs windows: a region is not registered again while a window is bound to it', async () => {
      await using world = await World.open(connect);
      const { control, parts } = await world.node();
      const { handle } = await control.call(Mw, 'create', { pd: parts.pd });
      const range = { iova: BASE, length: 16n, access: IB_UVERBS_ACCESS_REMOTE_READ };
      await control.call(Mw, 'bind', { handle, mr: parts.mr, ...range });
      const access = IB_UVERBS_ACCESS_LOCAL_WRITE;
      const rereg = (): Promise<string> =>
        outcome(control.call(Mr, 'rereg', { handle: parts.mr, access, change: 1 }));
      expect(await rereg()).to.equal('EINVAL verbs.windows');
      await control.call(Mw, 'destroy', { handle });
      expect(await rereg()).to.equal('ok');
    });

    it('seed 002 one class per type: types do not talk to each other', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const left = await createRc(a);
      const right = await b.control.call(QpUc, 'create', b.sizes);
      await connectRc(a, left, { node: b, qpNum: right.qpNum });
      const { handle } = right;
      const peer = { dest_qp_num: left.qpNum, dlid: a.parts.lid };
      const init = { access: 0, port_num: 1 };
      await b.control.call(QpUc, 'modify', { handle, to: { member: 'INIT', value: init } });
      await b.control.call(QpUc, 'modify', { handle, to: { member: 'RTR', value: peer } });
      await b.control.call(QpUc, 'postRecv', { handle, ...b.receive(7, 0, 4) });
      await a.control.call(QpRc, 'send', { handle: left.handle, ...a.work(1, 0, 4) });
      expect(await a.results()).to.deep.equal([[1, IB_WC_RETRY_EXC_ERR]]);
      expect(await b.results()).to.deep.equal([]);
    });
  });
}
