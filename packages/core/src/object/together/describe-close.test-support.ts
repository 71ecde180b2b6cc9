import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../../errors/index.js';
import { microtasks } from '../../errors/outcome.test-support.js';
import { answerOf, Tank, TANK_DEADLINE_MS, type Way } from './tank.test-support.js';
import { Catch, Fish, Lure, Net, Pond } from './zoo-classes.test-support.js';

/** What becomes of a client's objects when it goes. */
export function describeClose({ name, connect }: Way): void {
  describe(`the end of a client, ${name} (Linux drivers/infiniband/core/rdma_core.c, uverbs_destroy_ufile_hw)`, () => {
    it('uverbs §6.4 close: newest first, parents after children, each once', async () => {
      const tank = new Tank(connect);
      const { control } = await tank.client();
      const ponds = [];
      for (let i = 0; i < 2; i++) {
        const { handle: pond } = await control.call(Pond, 'create', { depth: i });
        await control.call(Fish, 'create', { pond });
        ponds.push(pond);
      }
      const net = await control.call(Net, 'create', { pond: ponds[0] });
      await control.call(Catch, 'create', { net: net.handle });
      await control.close();
      await control.close();
      expect(tank.zoo.released).to.deep.equal(
        ['CATCH', 'NET', 'FISH', 'POND', 'FISH', 'POND'].map((kind) => `${kind} close`),
      );
      expect(await answerOf(control.call(Pond, 'create', { depth: 1 }))).to.equal(
        'EBADF object.closed',
      );
      tank.expectEmpty();
    });

    it('uverbs §6.4 passes: what a driver refuses is tried again after the others, and given up in the end', async () => {
      const tank = new Tank(connect);
      const { control } = await tank.client();
      for (let i = 0; i < 3; i++) {
        await control.call(Pond, 'create', { depth: i });
      }
      // Newer ponds lie in the shade of older ones: only the oldest that is left may go.
      tank.zoo.onStep = (step, handle) => {
        const oldest = Math.min(...[...tank.zoo.alive].map((pond) => pond.handle));
        if (step === 'POND.release close' && handle !== oldest) {
          throw failure('device.busy');
        }
      };
      await control.close();
      expect(tank.zoo.released).to.deep.equal(new Array(3).fill('POND close'));
      tank.expectEmpty();

      const stubborn = new Tank(connect);
      const second = await stubborn.client();
      const { handle: pond } = await second.control.call(Pond, 'create', { depth: 1 });
      await second.control.call(Fish, 'create', { pond });
      const asked: string[] = [];
      stubborn.zoo.onStep = (step) => {
        asked.push(step);
        if (step.startsWith('FISH.release')) {
          throw failure('device.busy');
        }
      };
      await second.control.close();
      expect(asked).to.deep.equal([
        'FISH.release close',
        'FISH.release close',
        'FISH.release driver-failure',
        'POND.release close',
      ]);
      expect(stubborn.logger.lines.map(({ message }) => message)).to.deep.equal([
        'an object could not be released',
      ]);
      expect(stubborn.plane.clients).to.equal(0);
    });

    it('uverbs §6.4 close: it waits for the calls that are under way, no longer than their deadline', async () => {
      const tank = new Tank(connect);
      const { control } = await tank.client();
      const gate = tank.zoo.gate('POND.create');
      const creating = answerOf(control.call(Pond, 'create', { depth: 1 }));
      await gate.entered;
      const closing = control.close();
      gate.open();
      await Promise.all([closing, creating]);
      tank.expectEmpty();

      const stuck = new Tank(connect);
      const second = await stuck.client();
      const never = stuck.zoo.gate('POND.create');
      const lost = answerOf(second.control.call(Pond, 'create', { depth: 1 }));
      await never.entered;
      const ended = second.control.close();
      stuck.clock.advance(TANK_DEADLINE_MS);
      await Promise.all([ended, lost]);
      expect(stuck.plane.clients).to.equal(0);
      never.open();
      await microtasks();
      stuck.expectEmpty();
      expect(stuck.zoo.released).to.deep.equal(['POND abort']);
    });

    it('uverbs §6.4 close: a release that is not answered is not asked for again', async () => {
      const tank = new Tank(connect);
      const { control } = await tank.client();
      const { handle } = await control.call(Pond, 'create', { depth: 1 });
      const asked: string[] = [];
      tank.zoo.onStep = (step) => asked.push(step);
      const gate = tank.zoo.gate('POND.release');
      const late = answerOf(control.call(Pond, 'destroy', { handle }));
      await gate.entered;
      tank.clock.advance(TANK_DEADLINE_MS);
      expect(await late).to.equal('ETIMEDOUT model.deadline');
      await control.close();
      expect(asked).to.deep.equal(['POND.release destroy']);
      expect(tank.logger.lines.at(-1)?.message).to.equal('an object could not be released');
      gate.open();
      await microtasks();
      tank.expectEmpty();
    });

    it('uverbs §6.4 close of a client: it and the close of a descriptor wait for each other', async () => {
      for (const first of ['descriptor', 'client']) {
        const tank = new Tank(connect);
        const { control } = await tank.client();
        const { handle: net } = await control.call(Net, 'create', {});
        const gate = tank.zoo.gate('NET.release');
        let over = 0;
        const end = async (who: string): Promise<void> => {
          await (who === 'descriptor' ? net : control).close();
          over += 1;
        };
        const closing = [end(first)];
        await gate.entered;
        closing.push(end(first === 'descriptor' ? 'client' : 'descriptor'));
        await microtasks();
        expect(over, first).to.equal(0);
        gate.open();
        await Promise.all(closing);
        const reason = first === 'descriptor' ? 'destroy' : 'close';
        expect(tank.zoo.released).to.deep.equal([`NET ${reason}`]);
        tank.expectEmpty();
      }
    });

    it('uverbs §6.4 close of a client: it, and a removal, end while descriptors are closed that live on each other', async () => {
      for (const end of ['client', 'device']) {
        const tank = new Tank(connect);
        const { control } = await tank.client();
        const { handle: net } = await control.call(Net, 'create', {});
        const { handle: lure } = await control.call(Lure, 'create', { net });
        const gate = tank.zoo.gate('LURE.release');
        const closing = [net.close()];
        await gate.entered;
        closing.push(end === 'client' ? control.close() : tank.plane.disassociate());
        await microtasks();
        closing.push(lure.close());
        await microtasks();
        gate.open();
        await Promise.all(closing);
        expect(tank.zoo.released, end).to.deep.equal(['LURE close', 'NET destroy']);
        await control.close();
        tank.expectEmpty();
      }
    });
  });
}
