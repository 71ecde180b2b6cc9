import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { codeOf, live, needsRoom } from './support/index.js';

const CAPACITY = 'Documentation/ABI/testing/sysfs-bus-vfio-mdev, available_instances';

/** Mdevs that a check makes at the most to find the end of a parent. */
const MOST = 300;

function available(bench: Bench): number {
  return bench.type.availableInstances;
}

const checks: readonly ConformanceCheck[] = [
  {
    id: 'capacity-exact',
    title: `as many mdevs can be made as are available, and no more (${CAPACITY})`,
    without: ({ type }) =>
      type.availableInstances > MOST ? 'more room than can be filled' : undefined,
    run: async (bench) => {
      const { parent, id } = bench.type;
      for (let left = available(bench); left > 0; left = available(bench)) {
        await bench.create();
        expect(available(bench)).to.be.lessThan(left);
      }
      expect(await codeOf(bench.host.create({ parent, type: id }))).to.equal('EUSERS');
    },
  },
  {
    id: 'capacity-full-opens',
    title: `all mdevs of a full parent open and work at once (${CAPACITY})`,
    without: ({ type }) =>
      type.availableInstances > MOST ? 'more room than can be filled' : undefined,
    run: async (bench) => {
      for (let left = available(bench); left > 0; left--) {
        const device = await bench.open();
        expect(await codeOf(device.info())).to.equal('done');
      }
    },
  },
  {
    id: 'capacity-returns',
    title: `what an mdev took comes back with its removal, used or not (${CAPACITY})`,
    run: async (bench) => {
      const before = available(bench);
      const { uuid } = await bench.create();
      await bench.host.remove(uuid, 0);
      expect(available(bench), 'after an mdev that nobody used').to.equal(before);
      const life = await live(bench, 0.5);
      await life.device.close();
      await bench.host.remove(life.uuid, 0);
      expect(available(bench), 'after one that was used').to.equal(before);
    },
  },
  {
    id: 'capacity-held',
    title: 'a client that keeps a removed device keeps its share until it closes (own rule)',
    run: async (bench) => {
      const before = available(bench);
      const { uuid, device } = await live(bench, 0.5);
      await bench.host.remove(uuid, 0);
      expect(available(bench)).to.be.lessThan(before);
      await device.close();
      expect(available(bench)).to.equal(before);
    },
  },
  {
    id: 'capacity-opens',
    title: `opens and closes take nothing (${CAPACITY})`,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const before = available(bench);
      for (let count = 0; count < 3; count++) {
        const device = await bench.openAs(uuid);
        expect(available(bench)).to.equal(before);
        await device.close();
      }
      expect(available(bench)).to.equal(before);
    },
  },
  {
    id: 'create-at-once',
    title: `mdevs that are made at once are made or refused by what there is (${CAPACITY})`,
    without: ({ type }) =>
      type.availableInstances > MOST ? 'more room than can be filled' : undefined,
    run: async (bench) => {
      const { parent, id, availableInstances } = bench.type;
      const wanted = Math.min(availableInstances, 16) + 2;
      const creations = Array.from({ length: wanted }, () =>
        codeOf(bench.host.create({ parent, type: id })),
      );
      const codes = await bench.within('creations at once', Promise.all(creations));
      const made = codes.filter((code) => code === 'done').length;
      expect(made).to.equal(bench.host.mdevs.length);
      expect(made).to.be.greaterThanOrEqual(Math.min(wanted, availableInstances));
      expect(new Set(codes).size).to.be.lessThanOrEqual(2);
    },
  },
  {
    id: 'create-fails',
    title: 'a creation that fails takes nothing and leaves nothing (own rule)',
    run: async (bench) => {
      const before = [available(bench), bench.ledger.count, bench.clock.pendingCount];
      bench.watch.onCreate = () => {
        throw new MdevError('ENOMEM', 'conformance.no-memory', 'there is no memory');
      };
      expect(await codeOf(bench.create())).to.equal('ENOMEM');
      bench.watch.onCreate = undefined;
      expect([available(bench), bench.ledger.count, bench.clock.pendingCount]).to.deep.equal(
        before,
      );
      expect(await codeOf(bench.open())).to.equal('done');
    },
  },
  {
    id: 'create-exists',
    title: 'a UUID is given once (drivers/vfio/mdev/mdev_core.c, mdev_device_create)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      const before = available(bench);
      const again = before === 0 ? [] : [await codeOf(bench.create(uuid))];
      expect(again.every((code) => code === 'EEXIST')).to.equal(true);
      expect(available(bench)).to.equal(before);
      await bench.host.remove(uuid, 0);
      expect(await codeOf(bench.create(uuid)), 'the UUID of a removed one').to.equal('done');
    },
  },
  {
    id: 'create-lean',
    title:
      'an mdev that was made and removed has left nothing (drivers/vfio/mdev/mdev_core.c, mdev_device_release)',
    run: async (bench) => {
      const warm = await bench.create();
      await bench.host.remove(warm.uuid, 0);
      const before = [bench.ledger.count, bench.clock.pendingCount];
      const { uuid } = await bench.create();
      await bench.host.remove(uuid, 0);
      expect(bench.ledger.count - (before[0] ?? 0), `left: ${bench.ledger.describe()}`).to.equal(0);
      expect(bench.clock.pendingCount).to.equal(before[1]);
    },
  },
  {
    id: 'parent-several',
    title:
      'a parent goes with all its mdevs, open and closed (mdev_core.c, mdev_unregister_parent)',
    without: needsRoom(3),
    run: async (bench) => {
      const lives = [await live(bench, 0.4), await live(bench, 0.4)];
      await bench.create();
      await bench.within('the removal', bench.host.removeParent(bench.type.parent, 0));
      expect(bench.host.mdevs).to.deep.equal([]);
      for (const { device, uuid } of lives) {
        expect(await codeOf(device.info())).to.equal('ENODEV');
        expect(bench.watch.hooksOf(uuid, 'close').length, 'closes of the model').to.equal(1);
      }
    },
  },
  {
    id: 'parent-asks',
    title: 'a parent that goes asks every client first (vfio_pci_core.c, vfio_pci_core_request)',
    run: async (bench) => {
      const device = await bench.open();
      const events = device.events();
      const removal = bench.host.removeParent(bench.type.parent, 5000);
      const asked = await bench.within('the request', events.next());
      expect(asked.value?.kind).to.equal('request');
      await device.close();
      await bench.within('the removal', removal);
    },
  },
  {
    id: 'unload-twice',
    title: 'a driver is unloaded once, however many ask for it (own rule)',
    run: async (bench) => {
      const { device } = await live(bench, 0.5);
      const both = Promise.all([codeOf(bench.unload()), codeOf(bench.unload())]);
      expect(await bench.within('two unloads', both)).to.deep.equal(['done', 'done']);
      expect(bench.host.types).to.deep.equal([]);
      expect(await codeOf(device.info())).to.equal('ENODEV');
    },
  },
];

/** What an mdev takes of its parent, and when it comes back. */
export const capacity: ConformanceGroup = { name: 'capacity of a parent', checks: [...checks] };
