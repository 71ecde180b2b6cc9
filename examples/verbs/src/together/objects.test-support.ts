import type { Handle } from '@mdevkit/core';
import { IB_UVERBS_ACCESS_LOCAL_WRITE, IB_UVERBS_ACCESS_REMOTE_WRITE } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  Ah,
  COMP_VECTORS,
  Cq,
  MAX_CQE,
  MAX_OBJECTS,
  MAX_SGE,
  MAX_WR,
  Mr,
  MTU,
  Mw,
  Pd,
  QpRc,
  REREG_ACCESS,
  Srq,
  VerbsDeviceClass,
  Xrcd,
} from '../abi/index.js';
import type { Connect } from './connection.test-support.js';
import { BASE } from './node.test-support.js';
import { createRc, createUd, rcPair, xrcPair } from './pairs.test-support.js';
import { outcome, World } from './world.test-support.js';

export function describeObjects(connect: Connect): void {
  describe('objects', () => {
    it('seed 002 device and port: they are there, to be asked, before anything is created', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { port } = await a.control.call(VerbsDeviceClass, 'queryPort', {});
      expect(port).to.deep.include({ port_num: 1, mtu: MTU, max_cqe: MAX_CQE, max_wr: MAX_WR });
      expect(port.max_sge).to.equal(MAX_SGE);
      expect(port.lid).to.be.within(1, 0xbfff).and.not.equal(b.parts.lid);
    });

    it('seed 002 basic objects: every class is created and destroyed', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const { control } = b;
      const { pd, cq } = b.parts;
      const { handle: mw } = await control.call(Mw, 'create', { pd });
      const { handle: ah } = await control.call(Ah, 'create', { pd, dlid: a.parts.lid });
      const { handle: xrcd } = await control.call(Xrcd, 'create', {});
      const size = { maxWr: 4, maxSge: 1 };
      const { handle: srq } = await control.call(Srq, 'create', { pd, ...size });
      const { handle: xsrq } = await control.call(Srq, 'createXrc', { pd, cq, xrcd, ...size });
      const { handle: rc } = await createRc(b, { srq });
      await createUd(b, 1);
      await xrcPair(a, b, xrcd);
      await control.call(Mw, 'destroy', { handle: mw });
      await control.call(Ah, 'destroy', { handle: ah });
      await control.call(QpRc, 'destroy', { handle: rc });
      await control.call(Srq, 'destroy', { handle: srq });
      await control.call(Srq, 'destroy', { handle: xsrq });
      expect(await outcome(control.call(Xrcd, 'destroy', { handle: xrcd }))).to.match(/^EBUSY /);
      expect(world.fabric.held).to.deep.include({ mw: 0, ah: 0, srq: 0, xrcd: 1, qp: 3 });
    });

    it('seed 002 basic objects: 200 are created and destroyed, and none is left (rdma-core tests, test_cq.py)', async () => {
      await using world = await World.open(connect);
      const { control, parts } = await world.node();
      const created: Handle<'MW'>[] = [];
      for (let i = 0; i < 200; i++) {
        created.push((await control.call(Mw, 'create', { pd: parts.pd })).handle);
      }
      expect(new Set(created).size).to.equal(200);
      expect(await control.handles(Mw)).to.deep.equal(created);
      for (const handle of created) {
        await control.call(Mw, 'destroy', { handle });
      }
      expect(world.fabric.held).to.deep.include({ mw: 0, keys: 1 });
      const again = control.call(Mw, 'destroy', { handle: created[0]! });
      expect(await outcome(again)).to.match(/^ENOENT /);
    });

    it('verbs limits: a device has room for so many objects of a class and no more, whoever makes them (own rule)', async () => {
      await using world = await World.open(connect);
      const { control, parts } = await world.node();
      for (let i = 0; i < MAX_OBJECTS; i++) {
        await control.call(Xrcd, 'create', {});
      }
      await using other = await parts.connection.control();
      const create = (): Promise<string> => outcome(other.call(Xrcd, 'create', {}));
      expect(await create()).to.equal('ENOMEM verbs.objects');
      const [first] = await control.handles(Xrcd);
      await control.call(Xrcd, 'destroy', { handle: first as Handle<'XRCD'> });
      expect(await create()).to.equal('ok');
    });

    it('seed 002 basic objects: a completion queue of one entry too many, or of a vector too many, is EINVAL (rdma-core tests, test_cq.py)', async () => {
      await using world = await World.open(connect);
      const { control } = await world.node();
      for (const args of [{ cqe: 0 }, { cqe: MAX_CQE + 1 }, { cqe: 1, compVector: COMP_VECTORS }]) {
        expect(await outcome(control.call(Cq, 'create', args))).to.equal('EINVAL verbs.argument');
      }
      const most = { cqe: MAX_CQE, compVector: COMP_VECTORS - 1 };
      await control.call(Cq, 'create', most);
    });

    it('seed 002 basic objects: a domain is not destroyed before what is in it (drivers/infiniband/core/uverbs_std_types.c, uverbs_free_pd)', async () => {
      await using world = await World.open(connect);
      const { control, parts } = await world.node();
      const { handle } = await control.call(Pd, 'create', {});
      const region = { pd: handle, iova: BASE, length: 1n, access: 0 };
      const { handle: mr } = await control.call(Mr, 'register', region);
      const destroy = (): Promise<string> => outcome(control.call(Pd, 'destroy', { handle }));
      expect(await destroy()).to.equal('EBUSY verbs.domain-busy');
      await control.call(Mr, 'rereg', { handle: mr, pd: parts.pd });
      const { handle: ah } = await control.call(Ah, 'create', { pd: handle, dlid: 1 });
      expect(await destroy()).to.match(/^EBUSY object\./);
      await control.call(Ah, 'destroy', { handle: ah });
      expect(await destroy()).to.equal('ok');
    });

    it('seed 002 basic objects: a region that has moved to a younger domain does not keep the client from closing', async () => {
      await using world = await World.open(connect);
      const { control, parts } = await world.node();
      const { handle: pd } = await control.call(Pd, 'create', {});
      await control.call(Mr, 'rereg', { handle: parts.mr, pd });
      await control.close();
      expect(world.fabric.held).to.deep.include({ pd: 0, mr: 0, keys: 0 });
    });

    it('verbs access: remote write without local write is EINVAL (include/rdma/ib_verbs.h, ib_check_mr_access)', async () => {
      await using world = await World.open(connect);
      const { control, parts } = await world.node();
      const access = IB_UVERBS_ACCESS_REMOTE_WRITE;
      const region = { pd: parts.pd, iova: BASE, length: 1n, access };
      expect(await outcome(control.call(Mr, 'register', region))).to.equal('EINVAL verbs.access');
      const change = { handle: parts.mr, access, change: REREG_ACCESS };
      expect(await outcome(control.call(Mr, 'rereg', change))).to.equal('EINVAL verbs.access');
    });

    it('verbs range: an empty region, one beyond the address space, and half of a change are EINVAL', async () => {
      await using world = await World.open(connect);
      const { control, parts } = await world.node();
      const { pd, mr: handle } = parts;
      for (const range of [
        { iova: 0n, length: 0n },
        { iova: (1n << 64n) - 1n, length: 2n },
      ]) {
        const call = control.call(Mr, 'register', { pd, access: 0, ...range });
        expect(await outcome(call)).to.equal('EINVAL verbs.argument');
      }
      const half = control.call(Mr, 'rereg', { handle, iova: 0n, access: 0, change: 0 });
      expect(await outcome(half)).to.equal('EINVAL verbs.argument');
      const last = { iova: (1n << 64n) - 1n, length: 1n };
      await control.call(Mr, 'register', { pd, access: 0, ...last });
    });

    it('verbs windows: what a region does not allow cannot be bound, and a bound region stays (drivers/infiniband/sw/rxe/rxe_mw.c)', async () => {
      await using world = await World.open(connect);
      const { control, parts } = await world.node();
      const { pd, mr } = parts;
      const { handle, rkey } = await control.call(Mw, 'create', { pd });
      const plain = { pd, iova: BASE, length: 16n, access: IB_UVERBS_ACCESS_LOCAL_WRITE };
      const { handle: unbindable } = await control.call(Mr, 'register', plain);
      const range = { iova: BASE, length: 16n, access: IB_UVERBS_ACCESS_REMOTE_WRITE };
      const bind = (args: { mr: Handle<'MR'>; iova: bigint; length: bigint; access: number }) =>
        control.call(Mw, 'bind', { handle, ...args });
      expect(await outcome(bind({ mr: unbindable, ...range }))).to.equal('EINVAL verbs.access');
      const outside = { ...range, mr, iova: BASE - 1n };
      expect(await outcome(bind(outside))).to.equal('EINVAL verbs.argument');
      const bound = await bind({ mr, ...range });
      expect(bound.rkey).to.not.equal(rkey);
      const deregister = (): Promise<string> =>
        outcome(control.call(Mr, 'deregister', { handle: mr }));
      expect(await deregister()).to.equal('EINVAL verbs.windows');
      await bind({ mr, ...range, length: 0n });
      expect(await deregister()).to.equal('ok');
    });

    it('verbs isolation: a handle means nothing to another client of the same device', async () => {
      await using world = await World.open(connect);
      const { parts, connection } = await world.node().then((node) => ({
        parts: node.parts,
        connection: node.parts.connection,
      }));
      await using other = await connection.control();
      const call = other.call(Mw, 'create', { pd: parts.pd });
      expect(await outcome(call)).to.match(/^ENOENT /);
    });

    it('verbs closing: a client that goes takes its objects, and the other end notices', async () => {
      await using world = await World.open(connect);
      const [a, b] = await world.nodes();
      const [left] = await rcPair(a, b);
      await b.control.close();
      expect(world.fabric.held).to.deep.include({ pd: 1, qp: 1, mr: 1, cq: 1 });
      await a.control.call(QpRc, 'send', { handle: left.handle, ...a.work(1, 0, 4) });
      expect(await a.results()).to.deep.equal([[1, 12]]);
    });
  });
}
