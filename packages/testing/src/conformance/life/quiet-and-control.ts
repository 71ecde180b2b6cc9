import { DeviceClass, DeviceClient, type Device } from '@mdevkit/core';
import { expect } from 'chai';
import { describeCalls, type Bench, type ServiceCall } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import {
  both,
  codeOf,
  doWork,
  FLIGHT_MS,
  live,
  needsWork,
  onDevice,
  outwardCalls,
  useRandomly,
} from './support/index.js';

const QUIET = 'own rule: DeviceModel.quiesce; PCIe Base Spec 6.6.2';
const CONTROL = 'drivers/infiniband/core/uverbs_main.c';

async function withoutQuiesce(bench: Bench): Promise<string | undefined> {
  const { uuid } = await bench.create();
  const { inner } = bench.watch.mdev(uuid);
  await bench.host.remove(uuid, 0);
  return inner?.quiesce === undefined ? 'no quiesce' : undefined;
}

/** What a device does by DMA and interrupts when its work is done and something happens, and then for a while. */
async function idleCalls(
  bench: Bench,
  happen: (device: Device) => Promise<unknown>,
): Promise<readonly ServiceCall[]> {
  const { uuid } = await bench.create();
  const device = await bench.openAs(uuid);
  await bench.within('the work', Promise.resolve(doWork(bench, device)));
  await bench.settle(FLIGHT_MS);
  bench.watch.forget();
  await happen(device);
  await bench.settle(FLIGHT_MS);
  const calls = outwardCalls(bench, uuid);
  await device.close();
  await bench.host.remove(uuid, 0);
  return calls;
}

async function withoutControl(bench: Bench): Promise<string | undefined> {
  const code = await onDevice(bench, (device) => codeOf(device.control()));
  return code === 'done' ? undefined : `the control plane answers ${code}`;
}

const quiet: readonly ConformanceCheck[] = [
  {
    id: 'quiet-pairs',
    title: `every silence ends, also around maps and resets in use (${QUIET})`,
    without: withoutQuiesce,
    run: async (bench) => {
      const { uuid, device, work } = await live(bench, 0.7);
      await device.dmaMap({ iova: 2 ** 40, memory: new Uint8Array(4096) });
      await bench.within('an unmap', device.dmaUnmap(2 ** 40, 4096));
      await bench.within('a reset', codeOf(device.reset()));
      await bench.within('the work', work);
      const begun = bench.watch.hooksOf(uuid, 'quiesce').length;
      expect(begun).to.be.greaterThan(0);
      expect(bench.watch.mdev(uuid).phase, 'the device afterwards').to.equal('open');
    },
  },
  {
    id: 'quiet-silent',
    title: `a device that is quiet does no DMA and raises no interrupt (${QUIET})`,
    without: withoutQuiesce,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const attached = bench.own(await bench.host.attach(uuid));
      const device = bench.own(new DeviceClient(attached.endpoint, () => undefined));
      const reached = bench.watch.after(24);
      const working = doWork(bench, device) ?? useRandomly(device, 151).then(() => undefined);
      const work = working.catch(() => undefined);
      await Promise.race([reached, work]);
      const silence = attached.endpoint.whileQuiet('migration', async () => {
        bench.watch.forget();
        await bench.settle(1000);
        const calls = bench.watch
          .callsOf(uuid)
          .filter(({ service, phase }) => phase === 'quiet' && service === 'dma');
        expect(calls, describeCalls(calls)).to.have.length(0);
      });
      await bench.within('the silence', Promise.resolve(silence));
      await bench.within('the work, after the silence', work);
    },
  },
  {
    id: 'quiet-resumes',
    title: `work goes on after a silence, and ends well (${QUIET})`,
    without: async (bench) =>
      bench.options.work === undefined ? 'no work given' : withoutQuiesce(bench),
    run: async (bench) => {
      const { uuid } = await bench.create();
      const attached = bench.own(await bench.host.attach(uuid));
      const device = bench.own(new DeviceClient(attached.endpoint, () => undefined));
      const reached = bench.watch.after(24);
      const working = Promise.resolve(doWork(bench, device));
      await Promise.race([reached, working]);
      const silence = attached.endpoint.whileQuiet('map', () => undefined);
      await bench.within('the silence', Promise.resolve(silence));
      await bench.within('the work, after the silence', working);
    },
  },
  {
    id: 'quiet-idle',
    title: `a device whose work is done says nothing because memory is mapped elsewhere (${QUIET})`,
    without: both(needsWork, async (bench) =>
      (await idleCalls(bench, () => Promise.resolve())).length > 0
        ? 'it has something to say when its work is done'
        : undefined,
    ),
    run: async (bench) => {
      const calls = await idleCalls(bench, async (device) => {
        await device.dmaMap({ iova: 2 ** 40, memory: new Uint8Array(4096) });
        await device.dmaUnmap(2 ** 40, 4096);
      });
      expect(calls, `the device did ${describeCalls(calls)}`).to.have.length(0);
    },
  },
  {
    id: 'quiet-in-time',
    title: `a device in use becomes quiet before its deadline (${QUIET})`,
    without: withoutQuiesce,
    run: async (bench) => {
      const { device } = await live(bench, 0.8);
      await device.dmaMap({ iova: 2 ** 40, memory: new Uint8Array(4096) });
      const cut = bench.log.filter(({ message }) => message.includes('quiet'));
      expect(cut.map(({ message }) => message)).to.deep.equal([]);
    },
  },
];

const control: readonly ConformanceCheck[] = [
  {
    id: 'control-ends',
    title: `the control plane ends with the device's close (${CONTROL}, ib_uverbs_close)`,
    without: withoutControl,
    run: async (bench) => {
      const device = await bench.open();
      const before = bench.ledger.count;
      const table = await device.control();
      expect((await table.query()).classes.length).to.be.greaterThan(0);
      await device.close();
      expect(await codeOf(table.query())).to.equal('EBADF');
      await table.close();
      expect(bench.ledger.count, `left: ${bench.ledger.describe()}`).to.be.lessThanOrEqual(before);
    },
  },
  {
    id: 'control-removal',
    title: `after a removal the control plane answers EIO (${CONTROL}, ib_uverbs_free_hw_resources)`,
    without: withoutControl,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const device = await bench.openAs(uuid);
      const table = bench.own(await device.control());
      await bench.within('the removal', bench.host.remove(uuid, 0));
      expect(['EIO', 'ENODEV']).to.include(await codeOf(table.query()));
    },
  },
  {
    id: 'control-many',
    title: `twenty tables of one device come and go (${CONTROL}, ib_uverbs_open)`,
    without: withoutControl,
    run: async (bench) => {
      const device = await bench.open();
      const first = await device.control();
      await first.close();
      const before = bench.ledger.count;
      for (let count = 0; count < 20; count++) {
        const table = await device.control();
        await table.query();
        await table.close();
      }
      expect(bench.ledger.count, `left: ${bench.ledger.describe()}`).to.equal(before);
    },
  },
  {
    id: 'control-same',
    title:
      'every open offers the same classes (drivers/infiniband/core/uverbs_uapi.c, uverbs_alloc_api)',
    without: withoutControl,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const told: unknown[] = [];
      for (let client = 0; client < 2; client++) {
        const device = await bench.openAs(uuid);
        const table = await device.control();
        told.push((await table.query()).classes);
        await useRandomly(device, 152, 20);
        await device.close();
      }
      expect(told[1]).to.deep.equal(told[0]);
    },
  },
  {
    id: 'control-own',
    title: `a new table has no objects but its device (${CONTROL}, ib_uverbs_open)`,
    without: withoutControl,
    run: async (bench) => {
      const device = await bench.open();
      const one = await device.control();
      const other = await device.control();
      expect(await other.handles(DeviceClass)).to.deep.equal(await one.handles(DeviceClass));
    },
  },
];

/** Silence on demand, and objects. */
export const quietAndControl: ConformanceGroup = {
  name: 'silence and the control plane',
  checks: [...quiet, ...control],
};
