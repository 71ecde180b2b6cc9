import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Ah, Mw, QpRc, Srq, Xrcd } from '../abi/index.js';
import { anyCall, madeFor, type AnyCall } from './any-call.test-support.js';
import type { Connect } from './connection.test-support.js';
import type { Node } from './node.test-support.js';
import { createUd, rcPair, ucPair, xrcPair } from './pairs.test-support.js';
import { World } from './world.test-support.js';

/** Something of every class, for `a` to use and to misuse. */
async function populate(a: Node, b: Node): Promise<void> {
  for (const [node, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const { control, parts } = node;
    const { pd, cq } = parts;
    const { handle: xrcd } = await control.call(Xrcd, 'create', {});
    const size = { maxWr: 4, maxSge: 4, limit: 1 };
    await control.call(Srq, 'create', { pd, ...size });
    await control.call(Srq, 'createXrc', { pd, cq, xrcd, ...size });
    await control.call(Mw, 'create', { pd });
    await control.call(Ah, 'create', { pd, dlid: other.parts.lid });
    await createUd(node, 1);
    await xrcPair(other, node, xrcd);
  }
  await rcPair(a, b);
  await ucPair(a, b);
}

/** Returns whether the call was allowed. */
async function make({ control }: Node, call: AnyCall): Promise<boolean> {
  const { objectClass, method, args } = await madeFor(control, call);
  try {
    await control.call(objectClass, method, args);
    return true;
  } catch (error) {
    // EIO is what becomes of an error that the device has not meant.
    if (MdevError.is(error) && error.code !== 'EIO') {
      return false;
    }
    throw error;
  }
}

/** Two queue pairs of one client still work. */
async function expectUndisturbed(node: Node): Promise<void> {
  const [left, right] = await rcPair(node, node);
  await node.control.call(QpRc, 'postRecv', { handle: right.handle, ...node.receive(2, 8, 8) });
  await node.control.call(QpRc, 'send', { handle: left.handle, ...node.work(1, 0, 8) });
  expect(await node.results()).to.have.deep.members([
    [1, 0],
    [2, 0],
  ]);
}

export function describeHostile(connect: Connect): void {
  describe('hostile clients', () => {
    it('verbs hostile: whatever two clients call, a third is not disturbed, and nothing is left (own rule)', async () => {
      let allowed = 0;
      const anyCalls = fc.array(fc.tuple(fc.boolean(), anyCall), { minLength: 60, maxLength: 80 });
      await fc.assert(
        fc.asyncProperty(anyCalls, async (calls) => {
          await using world = await World.open(connect);
          const [a, b] = await world.nodes();
          const bystander = await world.node();
          bystander.parts.bytes.fill(0x5a);
          await populate(a, b);
          for (const [isFirst, call] of calls) {
            allowed += (await make(isFirst ? a : b, call)) ? 1 : 0;
          }
          expect(bystander.parts.bytes.every((byte) => byte === 0x5a)).to.be.true;
          await expectUndisturbed(bystander);
        }),
        { seed: 20261121, numRuns: 40 },
      );
      expect(allowed, 'calls that meant something').to.be.greaterThan(800);
    });
  });
}
