import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { answerOf, Tank, TANK_DEADLINE_MS, type Way } from './tank.test-support.js';
import { Fish, Pond, Tool } from './zoo-classes.test-support.js';
import { show } from './zoo.test-support.js';

/** What handlers are given, and what becomes of their answers. */
export function describeHandlers({ name, connect }: Way): void {
  describe(`handlers, ${name} (Linux drivers/infiniband/core/uverbs_ioctl.c, ib_uverbs_run_method)`, () => {
    it('uverbs §6.3 types: every type arrives as it was given', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const given = {
        u8: 255,
        u16: 65_535,
        s32: -2_147_483_648,
        u64: (1n << 64n) - 1n,
        s64: -(1n << 63n),
        care: { food: 1, light: 2, salt: 3n },
        later: { food: 4, light: 5, salt: 6n },
        bytes: Uint8Array.of(1, 2, 3),
        tail: new Uint8Array(0),
        small: [0xffff_ffff, 0],
        large: [],
        mode: 'BACK',
        flags: 0x8000_0001,
        dose: { member: 'DROPS', value: { drops: 8n, times: 9n } },
      } as const;
      const { saw } = await control.call(Tool, 'echo', given);
      expect(JSON.parse(new TextDecoder().decode(saw))).to.deep.equal(JSON.parse(show(given)));
      expect(tank.zoo.call?.client.id).to.equal(1);
      expect(tank.zoo.call?.handle).to.equal(0);
    });

    it('uverbs §6.3 types: a field that is left out is 0, and so are flags', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      await control.call(Tool, 'echo', { care: { light: 2 } });
      expect(tank.zoo.args).to.deep.equal({ care: { food: 0, light: 2, salt: 0n }, flags: 0 });
    });

    it('uverbs §6.3 output: an answer comes whole, and what is optional may be missing', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const bytes = new Uint8Array(60_000).fill(3);
      const whole = {
        u32: 0xffff_ffff,
        care: { food: 1, light: 0, salt: (1n << 64n) - 1n },
        bytes,
        more: new Uint8Array(0),
        array: [1, 2, 3],
        must: -5n,
      };
      tank.zoo.answer = () => ({ ...whole, state: 'not an output' });
      expect(await control.call(Tool, 'answer', {})).to.deep.equal(whole);
      tank.zoo.answer = () => ({ must: 1n, u32: undefined });
      expect(await control.call(Tool, 'answer', {})).to.deep.equal({ must: 1n });
    });

    it('uverbs §6.3 output: bytes are the client’s own', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      tank.zoo.answer = () => ({ must: 0n, bytes: new Uint8Array(20).fill(1) });
      const first = await control.call(Tool, 'answer', {});
      tank.zoo.answer = () => ({ must: 0n, bytes: new Uint8Array(20).fill(2) });
      const second = await control.call(Tool, 'answer', {});
      expect([first.bytes?.[0], second.bytes?.[0]]).to.deep.equal([1, 2]);
    });

    it('control answer: what a method does not give is EIO', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const answers: readonly unknown[] = [
        undefined,
        null,
        7,
        'text',
        {},
        { must: undefined },
        { must: 1 },
        { must: 1n << 63n },
        { must: 0n, u32: -1 },
        { must: 0n, u32: 1.5 },
        { must: 0n, u32: NaN },
        { must: 0n, u32: 1n },
        { must: 0n, care: 5 },
        { must: 0n, care: { food: -1 } },
        { must: 0n, care: { salt: 'salt' } },
        { must: 0n, bytes: [1, 2] },
        { must: 0n, bytes: new Uint8Array(1) },
        { must: 0n, bytes: new Uint8Array(60_001) },
        { must: 0n, array: [] },
        { must: 0n, array: new Array(9).fill(0) },
        { must: 0n, array: [1, '2'] },
        { must: 0n, array: { length: 2 } },
      ];
      for (const answer of answers) {
        tank.zoo.answer = () => answer;
        const outcome = await answerOf(control.call(Tool, 'answer', {}));
        expect(outcome, String(answer)).to.equal('EIO object.answer');
      }
    });

    it('control answer: an element that no event could carry is EIO, not the end of its channel', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      for (const element of [5, '5', null, {}, -1n, 1n << 64n]) {
        tank.zoo.elementOf = () => element;
        const outcome = await answerOf(control.call(Fish, 'create', { pond }));
        expect(outcome, typeof element).to.equal('EIO model.threw');
      }
      for (const element of [0n, (1n << 64n) - 1n]) {
        tank.zoo.elementOf = () => element;
        expect(await answerOf(control.call(Fish, 'create', { pond }))).to.equal('ok');
      }
    });

    it('control handler errors: an MdevError comes whole, and any other error is EIO', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const own = new MdevError('ENOSPC', 'zoo.full', 'no room', { left: 0, why: 'fish' });
      for (const isLate of [false, true]) {
        const caught: unknown[] = [];
        for (const error of [own, new TypeError('x'), 'text', undefined]) {
          const gate = isLate ? tank.zoo.gate('TOOL.answer') : undefined;
          tank.zoo.answer = () => {
            throw error as Error;
          };
          const call = control.call(Tool, 'answer', {}).catch((reason: unknown) => reason);
          await gate?.entered;
          gate?.open();
          caught.push(await call);
        }
        const [first, ...others] = caught as MdevError[];
        expect(first?.toJSON()).to.deep.equal(own.toJSON());
        expect(others.map(({ code, reason }) => `${code} ${reason}`)).to.deep.equal(
          new Array(3).fill('EIO model.threw'),
        );
      }
    });

    it('uverbs §6.3 EPROTONOSUPPORT: a handler that says so is wrong, and the client hears EINVAL', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const wrong = 'EINVAL object.handler-protocol';
      const error = new MdevError('EPROTONOSUPPORT', 'zoo.none', 'there is none');
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle: fish } = await control.call(Fish, 'create', { pond });
      const asked: string[] = [];
      tank.zoo.onStep = (step) => {
        asked.push(step);
        throw error;
      };
      expect(await answerOf(control.call(Tool, 'echo', {}))).to.equal(wrong);
      expect(await answerOf(control.call(Pond, 'create', { depth: 1 }))).to.equal(wrong);
      expect(await answerOf(control.call(Fish, 'destroy', { handle: fish }))).to.equal(wrong);
      tank.zoo.onStep = () => undefined;
      const gate = tank.zoo.gate('TOOL.wait');
      const late = answerOf(control.call(Tool, 'wait', {}));
      await gate.entered;
      gate.fail(error);
      expect(await late).to.equal(wrong);
      expect(asked).to.deep.equal(['TOOL.echo', 'POND.create', 'FISH.release destroy']);
    });

    it('control deadline: a handler that does not answer in time is ETIMEDOUT, and holds what it uses', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const gate = tank.zoo.gate('TOOL.wait');
      const late = answerOf(control.call(Tool, 'wait', { pond, data: Uint8Array.of(7, 7) }));
      await gate.entered;
      tank.clock.advance(TANK_DEADLINE_MS);
      expect(await late).to.equal('ETIMEDOUT model.deadline');
      const feed = (): Promise<string> =>
        answerOf(control.call(Pond, 'feed', { handle: pond, amount: 1 }));
      expect(await feed()).to.equal('EBUSY object.locked');
      // The bytes of the call that is lost are still its own.
      expect([...(tank.zoo.args['data'] as Uint8Array)]).to.deep.equal([7, 7]);
      gate.open();
      await answerOf(control.call(Pond, 'look', { handle: pond }));
      await answerOf(control.call(Pond, 'look', { handle: pond }));
      expect(await feed()).to.equal('ok');
    });
  });
}
