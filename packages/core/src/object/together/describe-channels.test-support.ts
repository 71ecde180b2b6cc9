import { expect } from 'chai';
import { describe, it } from 'mocha';
import { acknowledge } from '../../event/reader/index.js';
import { decodeChannelEvent, type ChannelEvent } from '../../event/channel/index.js';
import { microtasks } from '../../errors/outcome.test-support.js';
import { DESTROY_WAIT } from '../declare/index.js';
import type { Control } from '../client/control.js';
import type { ObjectDescriptor } from '../descriptor.js';
import { EventChannelClass, EventChannelFlags } from '../schema/index.js';
import { answerOf, Tank, type Way } from './tank.test-support.js';
import { Fish, Pond } from './zoo-classes.test-support.js';

async function next(channel: ObjectDescriptor): Promise<ChannelEvent> {
  const into = new Uint8Array(4096);
  const length = await channel.read(into, { nonBlocking: true });
  return decodeChannelEvent(into.subarray(0, length));
}

async function typesIn(channel: ObjectDescriptor): Promise<number[]> {
  const types: number[] = [];
  while ((await channel.poll()) === 0x41) {
    types.push((await next(channel)).type);
  }
  return types;
}

/** Objects and the channels that they report to. */
export function describeChannels({ name, connect, isConcurrent }: Way): void {
  describe(`objects and event channels, ${name} (Linux drivers/infiniband/core/uverbs_std_types_async_fd.c)`, () => {
    it('seed 002 event channel: an object that is bound to one reports there, and others to the default channel', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: channel } = await control.call(EventChannelClass, 'create', { capacity: 4 });
      const { handle: byDefault } = await control.call(EventChannelClass, 'openDefault', {});
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle: bound } = await control.call(Fish, 'create', { pond, channel, element: 77n });
      const { handle: loose } = await control.call(Fish, 'create', { pond });
      await control.call(Fish, 'poke', { handle: bound, type: 5 });
      await control.call(Fish, 'poke', { handle: loose, type: 6 });
      expect(await next(channel)).to.include({ element: 77n, type: 0x1_0005 });
      expect(await next(byDefault)).to.include({ element: BigInt(loose), type: 0x1_0006 });
      expect([await channel.poll(), await byDefault.poll()]).to.deep.equal([0, 0]);
    });

    it('seed 002 event channel: it may go before the objects that are bound to it', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: channel } = await control.call(EventChannelClass, 'create', {});
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle } = await control.call(Fish, 'create', { pond, channel });
      await channel.close();
      await control.call(Fish, 'poke', { handle, type: 5 });
      await control.call(Fish, 'destroy', { handle });
    });

    it('uverbs §6.4 default channel: one descriptor at a time, and the channel outlives it', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle } = await control.call(Fish, 'create', { pond });
      await control.call(Fish, 'poke', { handle, type: 1 });
      const first = await control.call(EventChannelClass, 'openDefault', {});
      expect(await answerOf(control.call(EventChannelClass, 'openDefault', {}))).to.equal(
        'EBUSY object.default-open',
      );
      expect((await next(first.handle)).type).to.equal(0x1_0001);
      const lost = answerOf(first.handle.read(new Uint8Array(64)));
      await first.handle.poll();
      await first.handle.close();
      expect(await lost).to.match(/^EBADF /);
      await control.call(Fish, 'poke', { handle, type: 2 });
      const second = await control.call(EventChannelClass, 'openDefault', {});
      expect((await next(second.handle)).type).to.equal(0x1_0002);
      expect(await control.handles(EventChannelClass)).to.have.lengthOf(1);
    });

    it('control device events: they are told in the default channel, and where a client asks for them', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const flags = EventChannelFlags.DEVICE_EVENTS;
      const { handle: asked } = await control.call(EventChannelClass, 'create', { flags });
      const { handle: other } = await control.call(EventChannelClass, 'create', {});
      const { handle: byDefault } = await control.call(EventChannelClass, 'openDefault', {});
      tank.plane.report({ kind: 'request', graceMs: 250 });
      tank.plane.report({ kind: 'error', message: 'algae' });
      expect(await typesIn(asked)).to.deep.equal([1, 4]);
      expect(await typesIn(byDefault)).to.deep.equal([1, 4]);
      expect(await typesIn(other)).to.deep.equal([]);
    });

    it('own rule event budget: the channels of one client could queue as much as it liked; now their capacities are bounded together', async () => {
      await using tank = new Tank(connect, { eventCapacity: 4, eventBudget: 10 });
      const { control } = await tank.client();
      const { control: other } = await tank.client();
      const make = (of: Control, capacity?: number) =>
        of.call(EventChannelClass, 'create', capacity === undefined ? {} : { capacity });
      const refused = 'ENOSPC event.budget';
      const { handle: first } = await make(control);
      expect(await answerOf(make(control, 7))).to.equal(refused);
      expect(await answerOf(make(control, 0))).to.equal('EINVAL event.capacity');
      await make(control, 6);
      expect(await answerOf(make(control, 1))).to.equal(refused);
      expect(await answerOf(control.call(EventChannelClass, 'openDefault', {}))).to.equal('ok');
      // Each client has its own, and who closes a channel has its part back.
      await make(other, 10);
      await first.close();
      expect(await answerOf(make(control, 5))).to.equal(refused);
      expect(await answerOf(make(control))).to.equal('ok');
      expect(await answerOf(make(control, 1))).to.equal(refused);
    });

    it('own rule event budget: 1048576 events unless the device says', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const make = (capacity: number): Promise<unknown> =>
        control.call(EventChannelClass, 'create', { capacity });
      await make(2 ** 20 - 1);
      await make(1);
      expect(await answerOf(make(1))).to.equal('ENOSPC event.budget');
    });

    it('own rule device channels: each event of the device went to as many channels as a client made; now to 8 at the most', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const make = (flags: number) =>
        control.call(EventChannelClass, 'create', { capacity: 1, flags });
      const hearing: ObjectDescriptor[] = [];
      for (let i = 0; i < 8; i++) {
        hearing.push((await make(EventChannelFlags.DEVICE_EVENTS)).handle);
      }
      expect(await answerOf(make(EventChannelFlags.DEVICE_EVENTS))).to.equal(
        'ENOSPC event.device-channels',
      );
      expect(await answerOf(make(0))).to.equal('ok');
      tank.plane.report({ kind: 'error', message: 'algae' });
      for (const channel of hearing) {
        expect(await typesIn(channel)).to.deep.equal([4]);
      }
      await hearing[0]?.close();
      expect(await answerOf(make(EventChannelFlags.DEVICE_EVENTS))).to.equal('ok');
    });

    it('uverbs §6.5 purge: events of an object that is destroyed are gone, and it is told what was read', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: channel } = await control.call(EventChannelClass, 'create', {});
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle } = await control.call(Fish, 'create', { pond, channel, element: 1n });
      const { handle: other } = await control.call(Fish, 'create', { pond, channel, element: 2n });
      for (const type of [1, 2, 3]) {
        await control.call(Fish, 'poke', { handle, type });
        await control.call(Fish, 'poke', { handle: other, type });
      }
      await next(channel);
      await next(channel);
      await next(channel);
      await acknowledge(channel, 1n, 1);
      const { events, weight } = await control.call(Fish, 'destroy', { handle });
      expect(events).to.deep.equal({ reported: 2, unacknowledged: 1 });
      expect(weight).to.equal(0);
      expect(
        [await next(channel), await next(channel)].map(({ element }) => element),
      ).to.deep.equal([2n, 2n]);
      expect(await channel.poll()).to.equal(0);
      // What it is still owed can be acknowledged.
      await acknowledge(channel, 1n, 1);
    });

    it('uverbs §6.5 wait: a destroy can wait until all that was read is acknowledged', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: channel } = await control.call(EventChannelClass, 'create', {});
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle } = await control.call(Fish, 'create', { pond, channel, element: 1n });
      await control.call(Fish, 'poke', { handle, type: 1 });
      await next(channel);
      let isAnswered = false;
      const destroying = control
        .call(Fish, 'destroy', { handle, flags: DESTROY_WAIT })
        .then((answer) => {
          isAnswered = true;
          return answer;
        });
      await channel.poll();
      await microtasks();
      expect(isAnswered).to.equal(false);
      await acknowledge(channel, 1n, 1);
      expect((await destroying).events).to.deep.equal({ reported: 1, unacknowledged: 0 });
      await control.call(Pond, 'destroy', { handle: pond });
    });

    it('uverbs §6.5 wait: it ends with the channel, the client and the device', async () => {
      for (const end of ['channel', 'client', 'device']) {
        const tank = new Tank(connect);
        const { control } = await tank.client();
        const { handle: channel } = await control.call(EventChannelClass, 'create', {});
        const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
        const { handle } = await control.call(Fish, 'create', { pond, channel });
        await control.call(Fish, 'poke', { handle, type: 1 });
        await next(channel);
        const destroying = answerOf(control.call(Fish, 'destroy', { handle, flags: DESTROY_WAIT }));
        await channel.poll();
        await microtasks();
        expect(tank.zoo.released, end).to.deep.equal(['FISH destroy']);
        if (end === 'channel') {
          await channel.close();
        } else if (end === 'device') {
          await tank.plane.disassociate();
        } else if (isConcurrent) {
          await control.close();
        } else {
          void control.close();
        }
        await destroying;
        await control.close();
        tank.expectEmpty();
      }
    });
  });
}
