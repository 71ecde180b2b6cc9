import { expect } from 'chai';
import { describe, it } from 'mocha';
import { deferred } from '../../device/endpoint.test-support.js';
import { decodeChannelEvent } from '../../event/channel/index.js';
import { failure } from '../../errors/index.js';
import { microtasks } from '../../errors/outcome.test-support.js';
import { EventChannelClass, EventChannelFlags } from '../schema/index.js';
import { answerOf, Tank, TANK_DEADLINE_MS, type Way } from './tank.test-support.js';
import { Catch, Fish, Net, Pond, Tool } from './zoo-classes.test-support.js';

const gone = 'EIO object.disassociated';

/** What is left to a client when its device goes. */
export function describeRemoval({ name, connect }: Way): void {
  describe(`disassociation, ${name} (Linux drivers/infiniband/core/uverbs_main.c, ib_uverbs_disassociate_ucontext)`, () => {
    it('uverbs §6.4 disassociated: objects are released, newest first, and every call but a destroy is EIO', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle: fish } = await control.call(Fish, 'create', { pond });
      await tank.plane.disassociate();
      expect(tank.zoo.released).to.deep.equal(['FISH driver-remove', 'POND driver-remove']);
      expect(await answerOf(control.call(Pond, 'create', { depth: 1 }))).to.equal(gone);
      expect(await answerOf(control.call(Pond, 'look', { handle: pond }))).to.equal(gone);
      expect(await answerOf(control.call(Tool, 'echo', {}))).to.equal(gone);
      expect(await answerOf(control.query())).to.equal(gone);
      const steps: string[] = [];
      tank.zoo.onStep = (step) => steps.push(step);
      expect(await control.call(Fish, 'destroy', { handle: fish })).to.deep.equal({
        events: { reported: 0, unacknowledged: 0 },
        weight: 0,
      });
      expect(await answerOf(control.call(Pond, 'destroy', { handle: pond }))).to.equal('ok');
      expect(await answerOf(control.call(Pond, 'destroy', { handle: pond }))).to.equal(
        'ENOENT object.absent',
      );
      expect(steps).to.deep.equal([]);
    });

    it('uverbs §6.6 end of stream: DEVICE_FATAL comes last, then EIO', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const flags = EventChannelFlags.DEVICE_EVENTS;
      const { handle: asked } = await control.call(EventChannelClass, 'create', { flags });
      const { handle: other } = await control.call(EventChannelClass, 'create', {});
      const { handle: byDefault } = await control.call(EventChannelClass, 'openDefault', {});
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle } = await control.call(Fish, 'create', { pond, channel: other });
      await control.call(Fish, 'poke', { handle, type: 9 });
      const waiting = answerOf(
        asked.read(new Uint8Array(4096)).then((length) => expect(length).to.be.greaterThan(16)),
      );
      await asked.poll();
      tank.plane.report({ kind: 'hangup', reason: 'pulled' });
      tank.plane.report({ kind: 'error', message: 'before the end' });
      await tank.plane.disassociate();
      expect(await waiting).to.equal('ok');
      const into = new Uint8Array(4096);
      const typesOf = async (channel: typeof asked): Promise<(number | string)[]> => {
        const types: (number | string)[] = [];
        for (let i = 0; i < 4; i++) {
          const answer = await answerOf(
            channel.read(into).then((length) => {
              types.push(decodeChannelEvent(into.subarray(0, length)).type);
            }),
          );
          if (answer !== 'ok') {
            types.push(answer.slice(0, 3));
            break;
          }
        }
        return types;
      };
      expect(await typesOf(asked)).to.deep.equal([2, 'EIO']);
      expect(await typesOf(byDefault)).to.deep.equal([4, 2, 'EIO']);
      expect(await typesOf(other)).to.deep.equal([0x1_0009, 'EIO']);
      expect(await asked.poll()).to.equal(8);
      expect(await answerOf(asked.ioctl(1, new Uint8Array(16)))).to.equal(gone);
    });

    it('uverbs §6.6 descriptors: what is queued can be read, then EIO, and a close works', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net } = await control.call(Net, 'create', {});
      await control.call(Catch, 'create', { net });
      await control.call(Net, 'fill', { handle: net, count: 2 });
      await tank.plane.disassociate();
      expect(tank.zoo.released).to.deep.equal(['CATCH driver-remove', 'NET driver-remove']);
      const into = new Uint8Array(64);
      expect(await net.poll()).to.equal(0x41);
      expect(await net.read(into)).to.equal(16);
      expect(await net.read(into)).to.equal(16);
      expect(await answerOf(net.read(into))).to.match(/^EIO /);
      expect([await net.poll(), await net.ready()]).to.deep.equal([8, 8]);
      await net.close();
      expect(await answerOf(net.poll())).to.match(/^EBADF /);
      expect(tank.zoo.released.length).to.equal(2);
    });

    it('uverbs §6.6 readers: whoever waits is woken with EIO', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net } = await control.call(Net, 'create', {});
      const waiting = [answerOf(net.read(new Uint8Array(64))), net.ready()];
      await net.poll();
      await tank.plane.disassociate();
      const [read, mask] = await Promise.all(waiting);
      expect(read).to.match(/^EIO /);
      expect(mask).to.equal(8);
    });

    it('uverbs §6.6 order: it waits for the calls that are under way, no longer than their deadline', async () => {
      for (const isAnswered of [true, false]) {
        await using tank = new Tank(connect);
        const { control } = await tank.client();
        const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
        const gate = tank.zoo.gate('TOOL.wait');
        const call = answerOf(control.call(Tool, 'wait', { pond }));
        await gate.entered;
        const removing = tank.plane.disassociate();
        await microtasks();
        expect(tank.zoo.released).to.deep.equal([]);
        if (isAnswered) {
          gate.open();
        } else {
          tank.clock.advance(TANK_DEADLINE_MS);
        }
        await removing;
        expect(await call).to.equal(isAnswered ? 'ok' : 'ETIMEDOUT model.deadline');
        // The driver is told of what its late handler still uses.
        expect(tank.zoo.released).to.deep.equal([
          isAnswered ? 'POND driver-remove' : 'POND driver-failure',
        ]);
        gate.open();
      }
    });

    it('uverbs §6.6 order: what a late handler uses is not released before it is done, for one more deadline', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const gate = tank.zoo.gate('TOOL.wait');
      const call = answerOf(control.call(Tool, 'wait', { pond }));
      await gate.entered;
      tank.clock.advance(TANK_DEADLINE_MS);
      expect(await call).to.equal('ETIMEDOUT model.deadline');
      const removing = tank.plane.disassociate();
      await microtasks();
      expect(tank.zoo.released).to.deep.equal([]);
      gate.open();
      await removing;
      expect(tank.zoo.released).to.deep.equal(['POND driver-remove']);
    });

    it('uverbs §6.4 disassociated: a destroy that comes meanwhile does not release a second time', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle } = await control.call(Pond, 'create', { depth: 1 });
      const gate = tank.zoo.gate('POND.release');
      const removing = tank.plane.disassociate();
      const destroying = answerOf(control.call(Pond, 'destroy', { handle }));
      await gate.entered;
      expect(await destroying).to.equal('ENOENT object.absent');
      gate.open();
      await removing;
      expect(tank.zoo.released).to.deep.equal(['POND driver-remove']);
      expect(await answerOf(control.call(Pond, 'destroy', { handle }))).to.equal('ok');
    });

    it('uverbs §6.4 driver-failure: releases that hang cost one deadline for a generation, and are begun newest first', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const ponds: number[] = [];
      const fish: number[] = [];
      for (let i = 0; i < 20; i++) {
        const { handle: pond } = await control.call(Pond, 'create', { depth: i });
        ponds.unshift(pond);
        fish.unshift((await control.call(Fish, 'create', { pond })).handle);
      }
      const answer = deferred();
      tank.zoo.releases = answer.promise;
      const asked: number[] = [];
      tank.zoo.onStep = (_, handle) => asked.push(handle);
      const removing = tank.plane.disassociate();
      await microtasks();
      expect(asked).to.deep.equal(fish);
      tank.clock.advance(TANK_DEADLINE_MS);
      await microtasks();
      expect(asked).to.deep.equal([...fish, ...ponds]);
      tank.clock.advance(TANK_DEADLINE_MS);
      await removing;
      expect(asked).to.have.lengthOf(40);
      answer.resolve();
      await microtasks();
    });

    it('uverbs §6.6 end of stream: a reason that is no text does not keep the device', async () => {
      const reasonless: unknown = Object.create(null);
      const told = [
        [42, '42'],
        [Symbol('pulled'), 'Symbol(pulled)'],
        [reasonless, 'the device was closed'],
      ] as const;
      for (const [reason, text] of told) {
        await using tank = new Tank(connect);
        const { control } = await tank.client();
        const { handle: channel } = await control.call(EventChannelClass, 'openDefault', {});
        tank.plane.report({ kind: 'hangup', reason: reason as string });
        await tank.plane.disassociate();
        const into = new Uint8Array(4096);
        const { data } = decodeChannelEvent(into.subarray(0, await channel.read(into)));
        expect(new TextDecoder().decode(data)).to.equal(text);
      }
    });

    it('control next open: a hang-up is nothing to clients that come after it', async () => {
      await using tank = new Tank(connect);
      tank.plane.report({ kind: 'hangup', reason: 'nobody was there' });
      const before = await tank.client();
      tank.plane.report({ kind: 'hangup', reason: 'all were gone when it came' });
      await before.control.close();
      const { control } = await tank.client();
      const { handle: channel } = await control.call(EventChannelClass, 'openDefault', {});
      await tank.plane.disassociate();
      const into = new Uint8Array(4096);
      const { data } = decodeChannelEvent(into.subarray(0, await channel.read(into)));
      expect(new TextDecoder().decode(data)).to.equal('the device was closed');
    });

    it('uverbs §6.4 driver-failure: what the driver cannot release does not keep the rest', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      await control.call(Fish, 'create', { pond });
      tank.zoo.onStep = (step) => {
        if (step === 'FISH.release driver-remove') {
          throw failure('device.busy');
        }
      };
      await tank.plane.disassociate();
      expect(tank.zoo.released).to.deep.equal(['FISH driver-failure', 'POND driver-remove']);
    });

    it('control next open: a new client has the device as it is, and the old one nothing', async () => {
      await using tank = new Tank(connect);
      const old = await tank.client();
      tank.plane.report({ kind: 'hangup', reason: 'pulled' });
      await tank.plane.disassociate();
      tank.isOpen = false;
      expect(await answerOf(tank.client())).to.match(/^EINVAL /);
      tank.isOpen = true;
      const { control } = await tank.client();
      const { handle } = await control.call(Pond, 'create', { depth: 1 });
      expect(await answerOf(old.control.call(Pond, 'look', { handle }))).to.equal(gone);
      expect(await control.handles(Pond)).to.deep.equal([handle]);
      const { handle: channel } = await control.call(EventChannelClass, 'openDefault', {});
      await tank.plane.disassociate();
      const into = new Uint8Array(4096);
      const { data } = decodeChannelEvent(into.subarray(0, await channel.read(into)));
      expect(new TextDecoder().decode(data)).to.equal('the device was closed');
    });
  });
}
