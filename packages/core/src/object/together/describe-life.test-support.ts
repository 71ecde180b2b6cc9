import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../../errors/index.js';
import { microtasks } from '../../errors/outcome.test-support.js';
import type { ObjectDescriptor } from '../descriptor.js';
import type { Handle } from '../declare/index.js';
import { EventChannelClass } from '../schema/core-classes.js';
import { attr, u32s, u64s, zooCall } from './raw-message.test-support.js';
import { answerOf, Tank, TANK_DEADLINE_MS, type Way } from './tank.test-support.js';
import { Fish, Net, Pond, Tool } from './zoo-classes.test-support.js';

/** How objects come, are found, and go. */
export function describeLife({ name, connect, isConcurrent }: Way): void {
  describe(`the life of objects, ${name} (Linux drivers/infiniband/core/rdma_core.c)`, () => {
    it('uverbs §6.4 lookup: what is no handle, names nothing, or names an object of another class', async () => {
      await using tank = new Tank(connect);
      const { control, answer } = await tank.client();
      const { handle } = await control.call(Pond, 'create', { depth: 1 });
      const look = (data: bigint): Promise<string> =>
        answer(zooCall(0, 3, [attr(0, { data }), attr(1, { len: 4 })]));
      for (const data of [1n << 53n, 1n << 63n, (1n << 64n) - 1n]) {
        expect(await look(data)).to.equal('EINVAL object.handle');
      }
      for (const data of [0n, 1n, BigInt(handle) + 1n, BigInt(handle) + (1n << 20n)]) {
        expect(await look(data)).to.equal('ENOENT object.absent');
      }
      expect(await look(BigInt(handle))).to.equal('ok');
      const poke = zooCall(1, 2, [attr(0, { data: BigInt(handle) }), attr(1, { bytes: u32s(0) })]);
      expect(await answer(poke)).to.equal('EINVAL object.class');
      const sized = zooCall(0, 3, [attr(0, { bytes: u64s(BigInt(handle)) }), attr(1, { len: 4 })]);
      expect(await answer(sized)).to.equal('EINVAL object.handle-length');
    });

    it('uverbs §6.4 owner: a handle means nothing to another client, and nothing when its object is gone', async () => {
      await using tank = new Tank(connect);
      const one = await tank.client();
      const two = await tank.client();
      const { handle } = await one.control.call(Pond, 'create', { depth: 1 });
      const other = await two.control.call(Pond, 'create', { depth: 1 });
      expect(other.handle).to.not.equal(handle);
      expect(await answerOf(two.control.call(Pond, 'look', { handle }))).to.equal(
        'ENOENT object.absent',
      );
      await one.control.call(Pond, 'destroy', { handle });
      const again = await one.control.call(Pond, 'create', { depth: 1 });
      expect(again.handle).to.not.equal(handle);
      expect(await answerOf(one.control.call(Pond, 'look', { handle }))).to.equal(
        'ENOENT object.absent',
      );
      expect(await one.control.handles(Pond)).to.deep.equal([again.handle]);
    });

    it('uverbs §6.4 handle: calls that are refused use no nonce up', async () => {
      await using tank = new Tank(connect);
      const { control, answer } = await tank.client();
      const nonceOf = async (): Promise<number> => {
        const { handle } = await control.call(Pond, 'create', { depth: 1 });
        return Math.floor(handle / 2 ** 20);
      };
      const before = await nonceOf();
      for (let i = 0; i < 3; i++) {
        const call = zooCall(0, 0, [attr(0), attr(1, { len: 3 })]);
        expect(await answer(call)).to.equal('EINVAL object.attribute-length');
      }
      expect(await nonceOf()).to.equal(before + 1);
    });

    it('uverbs §6.4 create: nobody finds an object before it is finished', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const gate = tank.zoo.gate('POND.create');
      const creating = control.call(Pond, 'create', { depth: 1 });
      await gate.entered;
      const handle = (tank.zoo.call?.handle ?? 0) as Handle<'POND'>;
      expect(handle).to.be.greaterThan(0);
      if (isConcurrent) {
        expect(await answerOf(control.call(Pond, 'look', { handle }))).to.equal(
          'ENOENT object.absent',
        );
        expect(await control.handles(Pond)).to.deep.equal([]);
      }
      gate.open();
      expect(await creating).to.deep.equal({ handle });
      expect(await control.call(Pond, 'look', { handle })).to.deep.equal({ level: 0 });
    });

    it('uverbs §6.4 abort: an object that could not be finished is undone, and its handle is free', async () => {
      await using tank = new Tank(connect, { maxObjects: 1 });
      const { control, answer } = await tank.client();
      tank.zoo.onStep = () => {
        throw failure('dma.fault');
      };
      expect(await answerOf(control.call(Pond, 'create', { depth: 1 }))).to.equal(
        'EFAULT dma.fault',
      );
      tank.zoo.onStep = () => undefined;
      const gate = tank.zoo.gate('POND.create');
      const creating = answerOf(control.call(Pond, 'create', { depth: 1 }));
      await gate.entered;
      gate.fail(new Error('broken'));
      expect(await creating).to.equal('EIO model.threw');
      // An attribute that is wrong, after the handle.
      expect(await answer(zooCall(0, 0, [attr(0), attr(1, { len: 3 })]))).to.equal(
        'EINVAL object.attribute-length',
      );
      const { handle } = await control.call(Pond, 'create', { depth: 1 });
      expect(await answerOf(control.call(Pond, 'create', { depth: 1 }))).to.equal(
        'ENOSPC object.too-many',
      );
      await control.call(Pond, 'destroy', { handle });
      expect(tank.zoo.released).to.deep.equal(['POND destroy']);
    });

    it('uverbs §6.4 abort: what a descriptor class cannot open is released', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      tank.zoo.onStep = (step) => {
        if (step === 'NET.descriptor') {
          throw failure('dma.fault');
        }
      };
      expect(await answerOf(control.call(Net, 'create', {}))).to.equal('EFAULT dma.fault');
      expect(tank.zoo.released).to.deep.equal(['NET abort']);
    });

    it('uverbs §6.4 late create: one that is finished after its deadline is released at once', async () => {
      await using tank = new Tank(connect, { maxObjects: 2 });
      const { control } = await tank.client();
      const pond = await control.call(Pond, 'create', { depth: 1 });
      const gate = tank.zoo.gate('FISH.create');
      const creating = answerOf(control.call(Fish, 'create', { pond: pond.handle }));
      await gate.entered;
      tank.clock.advance(TANK_DEADLINE_MS);
      expect(await creating).to.equal('ETIMEDOUT model.deadline');
      expect(await control.handles(Fish)).to.deep.equal([]);
      // Its handle is free, although the handler still works on the pond.
      const other = await control.call(Pond, 'create', { depth: 2 });
      await control.call(Pond, 'destroy', other);
      tank.zoo.released.length = 0;
      expect(await answerOf(control.call(Pond, 'destroy', { handle: pond.handle }))).to.equal(
        'EBUSY object.locked',
      );
      gate.open();
      await microtasks();
      expect(tank.zoo.released).to.deep.equal(['FISH abort']);
      await control.call(Pond, 'destroy', { handle: pond.handle });
    });

    (isConcurrent ? it : it.skip)(
      'uverbs §6.4 lock: two may read an object, one may write it, and nobody waits',
      async () => {
        await using tank = new Tank(connect);
        const { control } = await tank.client();
        const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
        const busy = 'EBUSY object.locked';
        const reading = tank.zoo.gate('TOOL.wait');
        const read = control.call(Tool, 'wait', { pond });
        await reading.entered;
        expect(await answerOf(control.call(Pond, 'look', { handle: pond }))).to.equal('ok');
        expect(await answerOf(control.call(Tool, 'wait', { pond }))).to.equal('ok');
        expect(await answerOf(control.call(Pond, 'feed', { handle: pond, amount: 1 }))).to.equal(
          busy,
        );
        expect(await answerOf(control.call(Pond, 'destroy', { handle: pond }))).to.equal(busy);
        reading.open();
        await read;
        const writing = tank.zoo.gate('POND.feed');
        const write = control.call(Pond, 'feed', { handle: pond, amount: 1 });
        await writing.entered;
        expect(await answerOf(control.call(Pond, 'look', { handle: pond }))).to.equal(busy);
        expect(await answerOf(control.call(Pond, 'feed', { handle: pond, amount: 1 }))).to.equal(
          busy,
        );
        expect(await answerOf(control.call(Fish, 'create', { pond }))).to.equal(busy);
        writing.open();
        expect(await write).to.deep.equal({ level: 1 });
        expect(await answerOf(control.call(Pond, 'look', { handle: pond }))).to.equal('ok');
      },
    );

    it('uverbs §6.3 handle array: READ shares an object, WRITE does not; elements and bounds', async () => {
      await using tank = new Tank(connect);
      const { control, answer } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle: fish } = await control.call(Fish, 'create', { pond });
      expect(
        await control.call(Tool, 'school', { fish: [fish, fish], ponds: [pond] }),
      ).to.deep.equal({
        count: 3,
      });
      const school = (call: {
        fish?: Handle<'FISH'>[];
        ponds?: Handle<'POND'>[];
      }): Promise<string> => answerOf(control.call(Tool, 'school', call));
      expect(await school({ ponds: [pond, pond] })).to.equal('EBUSY object.locked');
      expect(await school({ ponds: [pond] })).to.equal('ok');
      expect(await school({ ponds: [] })).to.equal('ok');
      expect(await school({ fish: [] })).to.equal('EINVAL object.array-length');
      expect(await school({ fish: [fish, fish, fish, fish] })).to.equal(
        'EINVAL object.array-length',
      );
      expect(await school({ fish: [pond as number as Handle<'FISH'>] })).to.equal(
        'EINVAL object.class',
      );
      const raw = zooCall(4, 2, [attr(0, { bytes: new Uint8Array(12) }), attr(2, { len: 4 })]);
      expect(await answer(raw)).to.equal('EINVAL object.array-length');
      expect(await answerOf(control.call(Pond, 'feed', { handle: pond, amount: 1 }))).to.equal(
        'ok',
      );
    });

    it('uverbs §6.4 parent: it does not go before its children, and its driver is not asked', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle: fish } = await control.call(Fish, 'create', { pond });
      const { handle: other } = await control.call(Fish, 'create', { pond });
      const destroy = (): Promise<string> =>
        answerOf(control.call(Pond, 'destroy', { handle: pond }));
      expect(await destroy()).to.equal('EBUSY object.has-children');
      await control.call(Fish, 'destroy', { handle: fish });
      expect(await destroy()).to.equal('EBUSY object.has-children');
      await control.call(Fish, 'destroy', { handle: other });
      expect(await destroy()).to.equal('ok');
      expect(tank.zoo.released).to.deep.equal(['FISH destroy', 'FISH destroy', 'POND destroy']);
    });

    it('uverbs §6.4 destroy: a driver that refuses leaves the object as it was', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle } = await control.call(Pond, 'create', { depth: 1 });
      for (const error of [failure('device.busy'), new Error('broken')]) {
        tank.zoo.onStep = (step) => {
          if (step === 'POND.release destroy') {
            throw error;
          }
        };
        const answer = await answerOf(control.call(Pond, 'destroy', { handle }));
        expect(answer).to.match(/^(EBUSY device.busy|EIO model.threw)$/);
        expect(await control.call(Pond, 'look', { handle })).to.deep.equal({ level: 0 });
      }
      tank.zoo.onStep = () => undefined;
      const gate = tank.zoo.gate('POND.release');
      const refused = answerOf(control.call(Pond, 'destroy', { handle }));
      await gate.entered;
      gate.fail(failure('device.busy'));
      expect(await refused).to.equal('EBUSY device.busy');
      expect(await control.handles(Pond)).to.deep.equal([handle]);
      await control.call(Pond, 'destroy', { handle });
    });

    it('uverbs §6.4 late destroy: the object is busy until its driver answers, and gone then', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle } = await control.call(Pond, 'create', { depth: 1 });
      const gate = tank.zoo.gate('POND.release');
      const late = answerOf(control.call(Pond, 'destroy', { handle }));
      await gate.entered;
      tank.clock.advance(TANK_DEADLINE_MS);
      expect(await late).to.equal('ETIMEDOUT model.deadline');
      expect(await answerOf(control.call(Pond, 'look', { handle }))).to.equal(
        'EBUSY object.locked',
      );
      gate.open();
      await microtasks();
      expect(await answerOf(control.call(Pond, 'look', { handle }))).to.equal(
        'ENOENT object.absent',
      );
    });

    it('uverbs §6.4 report: a destroy whose reply cannot be given fails, and the object is gone', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle: fish } = await control.call(Fish, 'create', { pond });
      tank.zoo.onStep = (step) => {
        if (step === 'FISH.destroy') {
          throw new Error('no scales');
        }
      };
      expect(await answerOf(control.call(Fish, 'destroy', { handle: fish }))).to.equal(
        'EIO model.threw',
      );
      expect(await control.handles(Fish)).to.deep.equal([]);
      await control.call(Pond, 'destroy', { handle: pond });
    });

    it('uverbs §6.4 descriptor: another client’s, another class’s, a closed one and a number are none', async () => {
      await using tank = new Tank(connect);
      const one = await tank.client();
      const two = await tank.client();
      const { handle: net } = await one.control.call(Net, 'create', {});
      const channel = await one.control.call(EventChannelClass, 'create', {});
      const bad = 'EBADF object.descriptor';
      const fill = (client: typeof one, handle: ObjectDescriptor): Promise<string> =>
        answerOf(client.control.call(Net, 'fill', { handle, count: 1 }));
      expect(await fill(one, net)).to.equal('ok');
      expect(await fill(two, net)).to.match(/^EBADF /);
      expect(await fill(one, channel.handle)).to.equal(bad);
      const bytes = zooCall(2, 1, [attr(0, { data: 0n }), attr(1, { bytes: u32s(1) })]);
      expect(await one.answer(bytes)).to.equal(bad);
      const beyond = zooCall(2, 1, [attr(0, { data: 1n }), attr(1, { bytes: u32s(1) })]);
      expect(await one.answer(beyond, [net])).to.equal(bad);
      const echoed = zooCall(4, 0, [attr(14, { data: 0n }), attr(15, { len: 99 })]);
      expect(await one.answer(echoed, [net])).to.equal(bad);
      await net.close();
      expect(await fill(one, net)).to.match(/^EBADF /);
    });
  });
}
