import type { AnyObjectClass } from '@mdevkit/core';
import { UVERBS_ID_NS_SHIFT } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { QpRc, QpUc, QpUd, QpXrcIni, QpXrcTgt, verbsClasses, Xrcd } from '../abi/index.js';
import type { VerbsOptions } from '../driver/index.js';
import type { Connect } from './connection.test-support.js';
import { createRc } from './pairs.test-support.js';
import { outcome, World } from './world.test-support.js';

/** The methods that a client sees, by class. */
async function offered(
  connect: Connect,
  options: VerbsOptions = {},
): Promise<ReadonlyMap<string, readonly string[]>> {
  await using world = await World.open(connect, options);
  const { control } = await world.node();
  const { classes } = await control.query();
  return new Map(classes.map(({ name, methods }) => [name, methods.map((method) => method.name)]));
}

/** A client that calls a method of RC on an object of another class, whatever its compiler said. */
function disguised(as: AnyObjectClass): typeof QpRc {
  return { ...QpRc, name: as.name as 'QP_RC', id: as.id };
}

const every = ['create', 'destroy', 'modify', 'query'];

export function describeClasses(connect: Connect): void {
  describe('classes', () => {
    it('seed 002 one class per type: each type has what is legal for it, and nothing else', async () => {
      const classes = await offered(connect);
      expect(classes.get('QP_RC')).to.have.members([
        ...every,
        'send',
        'postRecv',
        'rdmaWrite',
        'rdmaRead',
      ]);
      expect(classes.get('QP_UC')).to.have.members([...every, 'send', 'postRecv', 'rdmaWrite']);
      expect(classes.get('QP_UD')).to.have.members([...every, 'send', 'postRecv']);
      expect(classes.get('QP_XRC_INI')).to.have.members([
        ...every,
        'send',
        'rdmaWrite',
        'rdmaRead',
      ]);
      expect(classes.get('QP_XRC_TGT')).to.have.members(every);
    });

    for (const [absent, methods] of [
      [QpUc, ['rdmaRead']],
      [QpUd, ['rdmaWrite', 'rdmaRead']],
      [QpXrcIni, ['postRecv']],
      [QpXrcTgt, ['send', 'postRecv', 'rdmaWrite', 'rdmaRead']],
    ] as const) {
      it(`seed 002 one class per type: ${methods.join(', ')} of ${absent.name} is EPROTONOSUPPORT, also for a client without types`, async () => {
        await using world = await World.open(connect);
        const node = await world.node();
        const { handle } = await createRc(node);
        const send = { handle, ...node.work(1, 0, 4) };
        const args = {
          send,
          postRecv: { handle, ...node.receive(1, 0, 4) },
          rdmaWrite: { ...send, ...node.remote(0) },
          rdmaRead: { ...send, ...node.remote(0) },
        };
        for (const method of methods) {
          const called = node.control.call(disguised(absent), method, args[method]);
          expect(await outcome(called), method).to.match(/^EPROTONOSUPPORT /);
        }
      });
    }

    it('seed 002 one class per type: what a type has no use for is not an attribute of its creation', () => {
      const attributes = (qpClass: AnyObjectClass): string[] =>
        Object.keys(qpClass.methods['create']?.attributes ?? {});
      expect(attributes(QpXrcIni)).to.not.include.members(['recvCq', 'srq', 'xrcd']);
      expect(attributes(QpXrcTgt)).to.have.members([
        'xrcd',
        'qpNum',
        'channel',
        'element',
        'handle',
      ]);
      expect(attributes(QpRc)).to.not.include('xrcd');
    });

    it('seed 002 call_driver_on_object: every class and method is in the namespace of the driver', async () => {
      await using world = await World.open(connect);
      const { control } = await world.node();
      const { classes } = await control.query();
      const driver = 1 << UVERBS_ID_NS_SHIFT;
      const own = classes.filter(({ name }) => verbsClasses.some((known) => known.name === name));
      expect(own).to.have.lengthOf(verbsClasses.length);
      for (const { name, id, methods } of own.filter((known) => known.name !== 'DEVICE')) {
        expect(id & driver, name).to.equal(driver);
        expect(methods.filter((method) => (method.id & driver) === 0)).to.deep.equal([]);
      }
      const port = own
        .find(({ name }) => name === 'DEVICE')
        ?.methods.find(({ name }) => name === 'queryPort');
      expect(port?.id).to.equal(driver);
    });

    it('uverbs §6.2 capability class: without XRC its classes are gone, and the way to a shared queue that needs a domain', async () => {
      const classes = await offered(connect, { xrc: false });
      expect([...classes.keys()]).to.not.include.members(['XRCD', 'QP_XRC_INI', 'QP_XRC_TGT']);
      expect([...classes.keys()]).to.include.members(['SRQ', 'QP_RC']);
      expect(classes.get('SRQ')).to.include('create').and.to.not.include('createXrc');
    });

    it('uverbs §6.2 dependent method: without shared queues everything is gone that is made of them', async () => {
      const classes = await offered(connect, { srq: false });
      for (const gone of ['SRQ', 'XRCD', 'QP_XRC_INI', 'QP_XRC_TGT']) {
        expect([...classes.keys()]).to.not.include(gone);
      }
      expect([...classes.keys()]).to.include.members(['QP_RC', 'QP_UC', 'QP_UD', 'CQ', 'PD']);
    });

    it('uverbs §6.2 capability class: what is gone answers EPROTONOSUPPORT', async () => {
      await using world = await World.open(connect, { xrc: false });
      const { control } = await world.node();
      expect(await outcome(control.call(Xrcd, 'create', {}))).to.match(/^EPROTONOSUPPORT /);
    });
  });
}
