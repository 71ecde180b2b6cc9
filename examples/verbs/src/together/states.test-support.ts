import type { CallArgs, Handle } from '@mdevkit/core';
import {
  IB_QPS_ERR,
  IB_QPS_INIT,
  IB_QPS_RESET,
  IB_QPS_RTR,
  IB_QPS_RTS,
  IB_QPS_SQE,
  IB_UVERBS_ACCESS_REMOTE_READ,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { QpRc, QpUc, QpXrcTgt, Xrcd } from '../abi/index.js';
import type { Connect } from './connection.test-support.js';
import type { Node } from './node.test-support.js';
import { createRc } from './pairs.test-support.js';
import { outcome, World } from './world.test-support.js';

type To = CallArgs<typeof QpUc, 'modify'>['to'];

const to = {
  RESET: { member: 'RESET', value: {} },
  INIT: { member: 'INIT', value: { access: 0, port_num: 1 } },
  RTR: { member: 'RTR', value: { dest_qp_num: 2, dlid: 1 } },
  RTS: { member: 'RTS', value: {} },
  ERR: { member: 'ERR', value: {} },
} as const satisfies Readonly<Record<string, To>>;

type Name = keyof typeof to;

/** How to get there from RESET, its number, and where one may go from there: the kernel's table, without SQD. */
const states: Readonly<Record<string, readonly [readonly Name[], number, readonly Name[]]>> = {
  RESET: [[], IB_QPS_RESET, ['RESET', 'INIT']],
  INIT: [['INIT'], IB_QPS_INIT, ['RESET', 'INIT', 'RTR', 'ERR']],
  RTR: [['INIT', 'RTR'], IB_QPS_RTR, ['RESET', 'RTS', 'ERR']],
  RTS: [['INIT', 'RTR', 'RTS'], IB_QPS_RTS, ['RESET', 'RTS', 'ERR']],
  SQE: [['INIT', 'RTR', 'RTS'], IB_QPS_SQE, ['RESET', 'RTS', 'ERR']],
  ERR: [['INIT', 'ERR'], IB_QPS_ERR, ['RESET', 'ERR']],
};

async function inState(node: Node, state: string, way: readonly Name[]): Promise<Handle<'QP_UC'>> {
  const { handle } = await node.control.call(QpUc, 'create', node.sizes);
  for (const name of way) {
    await node.control.call(QpUc, 'modify', { handle, to: to[name] });
  }
  if (state === 'SQE') {
    await node.control.call(QpUc, 'send', { handle, ...node.work(1, 0, 4, 1) });
    await node.poll();
  }
  return handle;
}

export function describeStates(connect: Connect): void {
  describe('states', () => {
    for (const [state, [way, number, legal]] of Object.entries(states)) {
      it(`verbs states: from ${state} to ${legal.join(', ')} and nowhere else (drivers/infiniband/core/verbs.c, qp_state_table)`, async () => {
        await using world = await World.open(connect);
        const node = await world.node();
        for (const name of Object.keys(to) as Name[]) {
          const handle = await inState(node, state, way);
          const query = (): Promise<number> =>
            node.control.call(QpUc, 'query', { handle }).then(({ info }) => info.state);
          expect(await query()).to.equal(number);
          const answer = await outcome(node.control.call(QpUc, 'modify', { handle, to: to[name] }));
          const isLegal = legal.includes(name);
          expect(answer, name).to.equal(isLegal ? 'ok' : 'EINVAL verbs.state');
          const after = isLegal ? (states[name]?.[1] ?? -1) : number;
          expect(await query(), name).to.equal(after);
          await node.control.call(QpUc, 'destroy', { handle });
        }
      });
    }

    it('verbs states: what is out of range or reserved is EINVAL, and the state stays', async () => {
      await using world = await World.open(connect);
      const node = await world.node();
      const { control } = node;
      const { handle } = await control.call(QpUc, 'create', node.sizes);
      const modify = (bad: To): Promise<string> =>
        outcome(control.call(QpUc, 'modify', { handle, to: bad }));
      const wrong: readonly (readonly [Name | undefined, To])[] = [
        [undefined, { member: 'INIT', value: { access: 0, port_num: 2 } }],
        [
          undefined,
          { member: 'INIT', value: { access: IB_UVERBS_ACCESS_REMOTE_READ, port_num: 1 } },
        ],
        ['INIT', { member: 'RTR', value: { dest_qp_num: 0x100_0000, dlid: 1 } }],
        [undefined, { member: 'RTR', value: { dest_qp_num: 2, dlid: 0 } }],
        [undefined, { member: 'RTR', value: { dest_qp_num: 2, dlid: 1, reserved: 1 } }],
        [undefined, { member: 'ERR', value: { reserved: 1 } }],
      ];
      for (const [first, bad] of wrong) {
        if (first !== undefined) {
          await control.call(QpUc, 'modify', { handle, to: to[first] });
        }
        expect(await modify(bad)).to.equal('EINVAL verbs.argument');
      }
      const rc = await createRc(node);
      const retry = { member: 'RTS', value: { rnr_retry: 8 } } as const;
      const call = control.call(QpRc, 'modify', { handle: rc.handle, to: retry });
      expect(await outcome(call)).to.equal('EINVAL verbs.argument');
    });

    it('seed 002 one class per type: a target has no way to RTS, because it has nothing to send', async () => {
      await using world = await World.open(connect);
      const { control } = await world.node();
      const { handle: xrcd } = await control.call(Xrcd, 'create', {});
      const { handle } = await control.call(QpXrcTgt, 'create', { xrcd });
      const disguised: typeof QpUc = { ...QpUc, name: QpXrcTgt.name as 'QP_UC', id: QpXrcTgt.id };
      const uc = handle as number as Handle<'QP_UC'>;
      const call = control.call(disguised, 'modify', { handle: uc, to: to.RTS });
      expect(await outcome(call)).to.match(/^EOPNOTSUPP /);
    });

    it('verbs post: in ERR all requests end at once, in RESET there are none', async () => {
      await using world = await World.open(connect);
      const node = await world.node();
      const handle = await inState(node, 'ERR', states['ERR']?.[0] ?? []);
      await node.control.call(QpUc, 'send', { handle, ...node.work(1, 0, 4) });
      await node.control.call(QpUc, 'postRecv', { handle, ...node.receive(2, 0, 4) });
      expect(await node.results()).to.deep.equal([
        [1, 5],
        [2, 5],
      ]);
      await node.control.call(QpUc, 'modify', { handle, to: to.RESET });
      const posts = [
        node.control.call(QpUc, 'send', { handle, ...node.work(1, 0, 4) }),
        node.control.call(QpUc, 'postRecv', { handle, ...node.receive(2, 0, 4) }),
      ];
      for (const post of posts) {
        expect(await outcome(post)).to.equal('EINVAL verbs.state');
      }
    });
  });
}
