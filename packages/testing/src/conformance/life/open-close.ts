import { read32 } from '@mdevkit/core';
import { expect } from 'chai';
import { describeCalls, type Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { codeOf, doWork, follow, live, makeReady, useRandomly } from './support/index.js';

const OPEN = 'drivers/vfio/group.c, vfio_group_fops_open';

/** How much there is of what must not grow. */
function held(bench: Bench, uuid: string): readonly number[] {
  const { timers } = bench.watch.mdev(uuid);
  return [bench.ledger.count, bench.clock.pendingCount, timers.size];
}

const checks: readonly ConformanceCheck[] = [
  {
    id: 'open-second',
    title: `one client has a device at a time (${OPEN})`,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const device = await bench.openAs(uuid);
      expect(await codeOf(bench.host.open(uuid))).to.equal('EBUSY');
      expect(await codeOf(device.info()), 'the first client').to.equal('done');
    },
  },
  {
    id: 'open-at-once',
    title: `of two opens at once one gets the device (${OPEN})`,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const opens = [bench.openAs(uuid), bench.openAs(uuid)].map(codeOf);
      expect((await Promise.all(opens)).sort()).to.deep.equal(['EBUSY', 'done']);
      expect(bench.watch.hooksOf(uuid, 'open').length, 'opens of the model').to.equal(1);
    },
  },
  {
    id: 'open-while-closing',
    title:
      'an open beside a close gets the device or is refused, and a later one gets it (own rule)',
    run: async (bench) => {
      const { uuid, device } = await live(bench, 0.4);
      const closing = device.close();
      const code = await codeOf(bench.openAs(uuid).then((next) => next.close()));
      expect(['EBUSY', 'done']).to.include(code);
      await closing;
      expect(await codeOf(bench.openAs(uuid))).to.equal('done');
    },
  },
  {
    id: 'open-silent',
    title: 'a device that nobody asks for anything does no DMA and raises no interrupt (own rule)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      const device = await bench.openAs(uuid);
      await makeReady(device);
      await bench.settle(60_000);
      const calls = bench.watch.callsOf(uuid).filter(({ service }) => service !== 'clock');
      expect(calls, describeCalls(calls)).to.have.length(0);
    },
  },
  {
    id: 'open-made-silent',
    title: 'an mdev that nobody has opened does nothing (own rule)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      await bench.settle(60_000);
      const calls = bench.watch.callsOf(uuid);
      expect(calls, describeCalls(calls)).to.have.length(0);
      expect(bench.watch.hooks.map(({ hook }) => hook)).to.deep.equal([]);
    },
  },
  {
    id: 'open-fails-not',
    title: 'a device opens and closes without an error in the log (own rule)',
    run: async (bench) => {
      const device = await bench.open();
      await device.close();
      const lines = bench.log.filter(({ level }) => level === 'error' || level === 'warn');
      expect(lines.map(({ message }) => message)).to.deep.equal([]);
    },
  },
  {
    id: 'close-twice',
    title: 'a close beside another and after it is done (own rule)',
    run: async (bench) => {
      const { uuid, device } = await live(bench, 0.4);
      const closes = Promise.all([device.close(), device.close()]);
      await bench.within('two closes', closes);
      await device.close();
      expect(bench.watch.hooksOf(uuid, 'close').length, 'closes of the model').to.equal(1);
    },
  },
  {
    id: 'close-ends-events',
    title: 'a close ends the iteration of events (own rule)',
    run: async (bench) => {
      const device = await bench.open();
      const events = device.events();
      const next = events.next();
      await useRandomly(device, 41, 20);
      await device.close();
      let event = await bench.within('the event', next);
      for (let count = 0; event.done !== true && count < 2000; count++) {
        event = await bench.within('an event after the close', events.next());
      }
      expect(event.done, 'the end of the iteration').to.equal(true);
    },
  },
  {
    id: 'close-waits-not',
    title: 'a close in the middle of work is done before the deadline of a handler (own rule)',
    run: async (bench) => {
      const { device } = await live(bench, 0.5);
      await bench.within('a close', device.close());
      const late = bench.log.filter(({ message }) => message.includes('deadline'));
      expect(late.map(({ fields }) => String(fields['handler']))).to.deep.equal([]);
    },
  },
  {
    id: 'close-access',
    title: 'an access beside a close is answered or refused (own rule)',
    run: async (bench) => {
      const device = await bench.open();
      const access = follow(codeOf(read32(device, 0, 0)));
      await device.close();
      await bench.settle(10_000);
      expect(access.isOver, 'the access is over').to.equal(true);
    },
  },
  {
    id: 'grow-opens',
    title: 'nothing grows over 50 opens and closes (own rule)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      let before: readonly number[] = [];
      for (let count = 0; count < 50; count++) {
        const device = await bench.host.open(uuid);
        await useRandomly(device, count, 5);
        await device.close();
        await bench.settle(10);
        before = count === 4 ? held(bench, uuid) : before;
      }
      expect(held(bench, uuid), 'disposables, timers, timers of the model').to.deep.equal(before);
    },
  },
  {
    id: 'grow-mdevs',
    title: 'nothing grows over 30 mdevs that are made, used and removed (own rule)',
    run: async (bench) => {
      let before: readonly number[] = [];
      for (let count = 0; count < 30; count++) {
        const { uuid } = await bench.create();
        const device = await bench.host.open(uuid);
        await useRandomly(device, count, 5);
        await device.close();
        await bench.host.remove(uuid, 0);
        await bench.settle(10);
        before = count === 4 ? held(bench, uuid) : before;
        expect(held(bench, uuid).slice(2), 'timers of the model').to.deep.equal([0]);
      }
      expect([bench.ledger.count, bench.clock.pendingCount]).to.deep.equal(before.slice(0, 2));
    },
  },
  {
    id: 'grow-work',
    title: 'nothing grows over 10 pieces of work of one client (own rule)',
    without: ({ options }) => (options.work === undefined ? 'no work given' : undefined),
    run: async (bench) => {
      let before: readonly number[] = [];
      for (let count = 0; count < 10; count++) {
        const { uuid } = await bench.create();
        const device = await bench.host.open(uuid);
        await doWork(bench, device);
        await device.close();
        await bench.host.remove(uuid, 0);
        await bench.settle(10);
        before = count === 2 ? held(bench, uuid) : before;
      }
      expect([bench.ledger.count, bench.clock.pendingCount]).to.deep.equal(before.slice(0, 2));
    },
  },
  {
    id: 'grow-listeners',
    title: 'a driver leaves no listeners at the process (own rule)',
    run: async (bench) => {
      const count = (): number =>
        process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
      const before = count();
      const { uuid, device } = await live(bench, 0.5);
      await device.close();
      await bench.host.remove(uuid, 0);
      expect(count()).to.equal(before);
    },
  },
];

/** Opens, closes and removes: what the driver must stand, and what it must not collect. */
export const openClose: ConformanceGroup = { name: 'open and close', checks: [...checks] };
