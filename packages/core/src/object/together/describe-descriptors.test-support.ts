import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decodeChannelEvent } from '../../event/channel/index.js';
import { failure } from '../../errors/index.js';
import { microtasks } from '../../errors/outcome.test-support.js';
import { answerOf, Tank, TANK_DEADLINE_MS, type Way } from './tank.test-support.js';
import { Catch, Lure, Net, Pond, Tool } from './zoo-classes.test-support.js';

const READABLE = 0x41;

/** Objects behind descriptors. */
export function describeDescriptors({ name, connect, isConcurrent }: Way): void {
  describe(`descriptor objects, ${name} (Linux drivers/infiniband/core/rdma_core.c, uverbs_fd_class)`, () => {
    it('seed 002 create_fd_object: the handle that a create answers is a descriptor', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net, size } = await control.call(Net, 'create', {});
      expect(size).to.equal(5);
      expect(await control.handles(Net)).to.have.lengthOf(1);
      expect(await net.poll()).to.equal(0);
      await control.call(Net, 'fill', { handle: net, count: 2 });
      expect(await net.poll()).to.equal(READABLE);
      const into = new Uint8Array(16);
      expect(await net.read(into)).to.equal(16);
      expect(decodeChannelEvent(into).element).to.equal(0n);
      expect(await net.read(into, { nonBlocking: true })).to.equal(16);
      expect(decodeChannelEvent(into).element).to.equal(1n);
      expect(await answerOf(net.read(into, { nonBlocking: true }))).to.equal('EAGAIN event.empty');
      expect(await answerOf(net.ioctl(99, new Uint8Array(0)))).to.equal('ENOTTY event.operation');
    });

    it('uverbs §6.4 close of a descriptor: it destroys the object, and nothing works afterwards', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net } = await control.call(Net, 'create', {});
      await net.close();
      await net.close();
      expect(tank.zoo.released).to.deep.equal(['NET destroy']);
      expect(await control.handles(Net)).to.deep.equal([]);
      const into = new Uint8Array(64);
      for (const call of [net.poll(), net.ready(), net.read(into), net.ioctl(1, into)]) {
        expect(await answerOf(call)).to.match(/^EBADF /);
      }
    });

    it('uverbs §6.4 close of a descriptor: whoever waits is woken', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net } = await control.call(Net, 'create', {});
      const waiting = [net.read(new Uint8Array(64)), net.ready(), net.read(new Uint8Array(64))].map(
        answerOf,
      );
      await net.poll();
      await net.close();
      for (const answer of await Promise.all(waiting)) {
        expect(answer).to.match(/^EBADF /);
      }
    });

    it('uverbs §6.4 close of a descriptor: what lives on the object goes first, and cannot refuse', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: pond } = await control.call(Pond, 'create', { depth: 1 });
      const { handle: net } = await control.call(Net, 'create', { pond });
      const { handle: fish } = await control.call(Catch, 'create', { net });
      expect(await answerOf(control.call(Pond, 'destroy', { handle: pond }))).to.equal(
        'EBUSY object.has-children',
      );
      tank.zoo.onStep = (step) => {
        if (step === 'CATCH.release close' || step === 'NET.release destroy') {
          throw failure('device.busy');
        }
      };
      await net.close();
      tank.zoo.onStep = () => undefined;
      expect(tank.zoo.released).to.deep.equal(['CATCH driver-failure', 'NET driver-failure']);
      expect(await answerOf(control.call(Catch, 'destroy', { handle: fish }))).to.equal(
        'ENOENT object.absent',
      );
      await control.call(Pond, 'destroy', { handle: pond });
      expect(await control.handles(Net)).to.deep.equal([]);
    });

    it('uverbs §6.4 close of a descriptor: descriptors of what lives on it end with it, and nothing is used after its release', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net } = await control.call(Net, 'create', {});
      const { handle: lure } = await control.call(Lure, 'create', { net });
      const waiting = answerOf(lure.read(new Uint8Array(64)));
      await lure.poll();
      await net.close();
      expect(tank.zoo.released).to.deep.equal(['LURE close', 'NET destroy']);
      const steps: string[] = [];
      tank.zoo.onStep = (step) => steps.push(step);
      expect(await waiting).to.match(/^EBADF /);
      expect(await answerOf(control.call(Lure, 'wiggle', { handle: lure }))).to.match(/^EBADF /);
      expect(await answerOf(lure.poll())).to.match(/^EBADF /);
      await lure.close();
      expect(steps).to.deep.equal([]);
    });

    it('uverbs §6.4 close of a descriptor: it waits for the close of another that lives on it', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net } = await control.call(Net, 'create', {});
      const { handle: lure } = await control.call(Lure, 'create', { net });
      const gate = tank.zoo.gate('LURE.release');
      const closing = [lure.close()];
      await gate.entered;
      closing.push(net.close());
      await microtasks();
      gate.open();
      await Promise.all(closing);
      expect(tank.zoo.released).to.deep.equal(['LURE destroy', 'NET destroy']);
    });

    (isConcurrent ? it : it.skip)(
      'uverbs §6.4 close of a descriptor: it waits for the calls that use the object, not for ever',
      async () => {
        await using tank = new Tank(connect);
        const { control } = await tank.client();
        for (const isAnswered of [true, false]) {
          const { handle: net } = await control.call(Net, 'create', {});
          const gate = tank.zoo.gate('TOOL.wait');
          const call = answerOf(control.call(Tool, 'wait', { net }));
          await gate.entered;
          let isClosed = false;
          const closing = net.close().then(() => (isClosed = true));
          await microtasks();
          expect(isClosed).to.equal(false);
          if (isAnswered) {
            gate.open();
          } else {
            tank.clock.advance(TANK_DEADLINE_MS);
          }
          await closing;
          expect(await call).to.equal(isAnswered ? 'ok' : 'ETIMEDOUT model.deadline');
          gate.open();
          await microtasks();
        }
        expect(tank.zoo.released).to.deep.equal(['NET destroy', 'NET destroy']);
      },
    );

    it('uverbs §6.4 close of a client: its descriptors are closed with it', async () => {
      const tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net } = await control.call(Net, 'create', {});
      const waiting = answerOf(net.read(new Uint8Array(64)));
      await net.poll();
      await control.close();
      expect(await waiting).to.match(/^(EBADF|EIO) /);
      expect(await answerOf(net.poll())).to.match(/^(EBADF|EIO) /);
      await net.close();
      expect(tank.zoo.released).to.deep.equal(['NET close']);
      tank.expectEmpty();
    });

    it('control descriptor read: a buffer that is too small, no buffer, and one that is gone', async () => {
      await using tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle: net } = await control.call(Net, 'create', {});
      await control.call(Net, 'fill', { handle: net, count: 1 });
      expect(await answerOf(net.read(new Uint8Array(15)))).to.equal('EINVAL event.room');
      expect(await answerOf(net.read('text' as unknown as Uint8Array))).to.match(/^EINVAL /);
      expect(await net.read(new Uint8Array(16))).to.equal(16);
    });
  });
}
