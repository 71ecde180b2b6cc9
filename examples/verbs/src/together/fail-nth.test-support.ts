import { EventChannelClass, MdevError, type Handle, type ObjectDescriptor } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  Ah,
  Cq,
  Mr,
  Mw,
  Pd,
  QpRc,
  QpUc,
  QpUd,
  QpXrcIni,
  QpXrcTgt,
  Srq,
  Xrcd,
} from '../abi/index.js';
import type { Connect } from './connection.test-support.js';
import { BASE, type Node } from './node.test-support.js';
import { World } from './world.test-support.js';

/** Creates an object and returns its destroy. The domain is there before the steps are counted. */
type Case = (node: Node, xrcd: Handle<'XRCD'>) => Promise<() => Promise<unknown>>;

const size = { maxWr: 4, maxSge: 1 };

/** A destroy of what `creation` has made. */
async function made<H>(
  creation: Promise<{ readonly handle: H }>,
  destroy: (args: { readonly handle: H }) => Promise<unknown>,
): Promise<() => Promise<unknown>> {
  const { handle } = await creation;
  return () => destroy({ handle });
}

/** The same of an object that reports to a channel, which is made before it and closed after it. */
async function bound<H>(
  { control }: Node,
  method: 'create' | 'openDefault',
  create: (channel: ObjectDescriptor) => Promise<{ readonly handle: H }>,
  destroy: (args: { readonly handle: H }) => Promise<unknown>,
): Promise<() => Promise<unknown>> {
  const { handle: channel } = await control.call(EventChannelClass, method, {});
  try {
    const destroyObject = await made(create(channel), destroy);
    return async () => {
      await destroyObject();
      await channel.close();
    };
  } catch (error) {
    await channel.close();
    throw error;
  }
}

/** Every class, and every way to make an object of it. */
const cases: Readonly<Record<string, Case>> = {
  PD: ({ control: c }) => made(c.call(Pd, 'create', {}), (args) => c.call(Pd, 'destroy', args)),
  MR: ({ control: c, parts: { pd } }) =>
    made(c.call(Mr, 'register', { pd, iova: BASE, length: 1n, access: 0 }), (args) =>
      c.call(Mr, 'deregister', args),
    ),
  MW: ({ control: c, parts: { pd } }) =>
    made(c.call(Mw, 'create', { pd }), (args) => c.call(Mw, 'destroy', args)),
  CQ: ({ control: c }) =>
    made(c.call(Cq, 'create', { cqe: 4 }), (args) => c.call(Cq, 'destroy', args)),
  'CQ with an EVENT_CHANNEL': (node) =>
    bound(
      node,
      'create',
      (channel) => node.control.call(Cq, 'create', { cqe: 4, channel }),
      (args) => node.control.call(Cq, 'destroy', args),
    ),
  'QP_RC with an EVENT_CHANNEL': (node) =>
    bound(
      node,
      'create',
      (channel) => node.control.call(QpRc, 'create', { ...node.sizes, channel }),
      (args) => node.control.call(QpRc, 'destroy', args),
    ),
  'SRQ with the default EVENT_CHANNEL': (node) =>
    bound(
      node,
      'openDefault',
      () => node.control.call(Srq, 'create', { pd: node.parts.pd, ...size }),
      (args) => node.control.call(Srq, 'destroy', args),
    ),
  SRQ: ({ control: c, parts: { pd } }) =>
    made(c.call(Srq, 'create', { pd, ...size }), (args) => c.call(Srq, 'destroy', args)),
  'SRQ by number': ({ control: c, parts: { pd, cq } }, xrcd) =>
    made(c.call(Srq, 'createXrc', { pd, cq, xrcd, ...size }), (args) =>
      c.call(Srq, 'destroy', args),
    ),
  AH: ({ control: c, parts: { pd } }) =>
    made(c.call(Ah, 'create', { pd, dlid: 1 }), (args) => c.call(Ah, 'destroy', args)),
  XRCD: ({ control: c }) =>
    made(c.call(Xrcd, 'create', {}), (args) => c.call(Xrcd, 'destroy', args)),
  QP_RC: ({ control: c, sizes }) =>
    made(c.call(QpRc, 'create', sizes), (args) => c.call(QpRc, 'destroy', args)),
  QP_UC: ({ control: c, sizes }) =>
    made(c.call(QpUc, 'create', sizes), (args) => c.call(QpUc, 'destroy', args)),
  QP_UD: ({ control: c, sizes }) =>
    made(c.call(QpUd, 'create', sizes), (args) => c.call(QpUd, 'destroy', args)),
  QP_XRC_INI: ({ control: c, parts: { pd, cq } }) =>
    made(c.call(QpXrcIni, 'create', { pd, sendCq: cq, maxSendWr: 1, maxSendSge: 1 }), (args) =>
      c.call(QpXrcIni, 'destroy', args),
    ),
  QP_XRC_TGT: ({ control: c }, xrcd) =>
    made(c.call(QpXrcTgt, 'create', { xrcd }), (args) => c.call(QpXrcTgt, 'destroy', args)),
};

/** Throws at the n-th step that is reached while it is armed. */
class Saboteur {
  #left = Infinity;

  arm(nth: number): void {
    this.#left = nth;
  }

  readonly step = (name: string): void => {
    this.#left -= 1;
    if (this.#left === 0) {
      throw new MdevError('ENOMEM', 'test.step', name);
    }
  };
}

export function describeFailNth(connect: Connect): void {
  describe('the n-th step fails', () => {
    for (const [name, make] of Object.entries(cases)) {
      it(`verbs fail-nth: ${name}: a creation leaves nothing, a destruction everything (tools/testing/selftests/iommu/iommufd_fail_nth.c)`, async () => {
        const saboteur = new Saboteur();
        await using world = await World.open(connect, { step: saboteur.step });
        const node = await world.node();
        const { handle: xrcd } = await node.control.call(Xrcd, 'create', {});
        const before = world.fabric.held;
        let failures = 0;
        for (let nth = 1, isMade = false; !isMade; nth++) {
          saboteur.arm(nth);
          const destroy = await make(node, xrcd).catch(asFailure);
          isMade = typeof destroy === 'function';
          saboteur.arm(Infinity);
          if (typeof destroy === 'function') {
            await expectDestroyed(world, saboteur, destroy);
          } else {
            expect(destroy).to.equal('test.step');
            failures += 1;
          }
          expect(world.fabric.held, `after ${nth} steps`).to.deep.equal(before);
          expect(await node.control.handles(EventChannelClass)).to.deep.equal([]);
        }
        expect(failures, 'steps that can fail').to.be.at.least(2);
      });
    }
  });
}

/** The first attempt fails and changes nothing; the second works. */
async function expectDestroyed(
  { fabric }: World,
  saboteur: Saboteur,
  destroy: () => Promise<unknown>,
): Promise<void> {
  const whole = fabric.held;
  saboteur.arm(1);
  expect(await destroy().catch(asFailure)).to.equal('test.step');
  saboteur.arm(Infinity);
  expect(fabric.held, 'after a destroy that failed').to.deep.equal(whole);
  await destroy();
}

function asFailure(error: unknown): string {
  if (MdevError.is(error)) {
    return error.reason;
  }
  throw error;
}
