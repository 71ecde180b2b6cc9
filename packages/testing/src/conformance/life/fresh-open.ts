import { VFIO_DEVICE_STATE_RUNNING } from '@mdevkit/uapi';
import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import {
  bindAll,
  codeOf,
  fillMemory,
  fillRegisters,
  hasMemory,
  LENT_BYTES,
  liveOn,
  makeReady,
  needs,
  onDevice,
  requireFresh,
  requireSameAnswers,
  scribble,
  takeBaseline,
  useRandomly,
  type Answer,
} from './support/index.js';

const FRESH = 'vfio_pci_core.c, vfio_pci_core_enable, vfio_pci_core_disable';
const UUID = '0b7c3e1a-5d42-4f6b-9a08-c1d2e3f40516';

/** One client leaves the device as it likes; the next finds it as the first did. */
async function leaveAndReopen(
  bench: Bench,
  leave: (device: Device) => Promise<unknown>,
  times = 1,
): Promise<void> {
  const baseline = await takeBaseline(bench);
  for (let time = 0; time < times; time++) {
    const device = await bench.openAs(baseline.uuid);
    await leave(device);
    await device.close();
    await bench.settle(1000);
  }
  const again = await bench.openAs(baseline.uuid);
  await requireFresh(bench, again, baseline, 'after another client has closed');
}

function reopened(
  id: string,
  what: string,
  leave: (device: Device) => Promise<unknown>,
): ConformanceCheck {
  return {
    id: `fresh-${id}`,
    title: `an open after ${what} finds reset state (${FRESH})`,
    run: (bench) => leaveAndReopen(bench, leave),
  };
}

const leavings: readonly ConformanceCheck[] = [
  ...[0xff, 0xa5, 0x01].map((byte) =>
    reopened(
      `filled-${byte.toString(16)}`,
      `0x${byte.toString(16)} was written everywhere`,
      (device) => fillRegisters(device, byte),
    ),
  ),
  reopened('filled-bytes', '0xff was written everywhere, byte by byte', (device) =>
    fillRegisters(device, 0xff, 1),
  ),
  ...[1, 2, 3, 4].map((seed) =>
    reopened(`used-${seed}`, `random use, seed ${seed}`, (device) =>
      useRandomly(device, seed, 150),
    ),
  ),
  {
    ...reopened('memory', 'all memory was filled', (device) => fillMemory(device, 0xa5)),
    without: needs('memory that can be mapped', hasMemory),
  },
  {
    id: 'fresh-many',
    title: `the sixth open finds reset state as the first did (${FRESH})`,
    run: (bench) => leaveAndReopen(bench, (device) => useRandomly(device, 5, 40), 5),
  },
  {
    id: 'fresh-work',
    title: `an open after a close in the middle of work finds reset state (${FRESH})`,
    run: async (bench) => {
      const baseline = await takeBaseline(bench);
      const { device } = await liveOn(bench, baseline.uuid, 0.5);
      await bench.within('a close in the middle of work', device.close());
      await bench.settle(10_000);
      const again = await bench.openAs(baseline.uuid);
      await requireFresh(bench, again, baseline, 'after a close in the middle of work');
    },
  },
];

const answers: readonly ConformanceCheck[] = [11, 12, 13].map((seed) => ({
  id: `fresh-answers-${seed}`,
  title: `the next client is answered as the first one was, seed ${seed} (own rule: the state of a device is its own)`,
  run: async (bench) => {
    const { uuid, changing } = await takeBaseline(bench);
    const told: Awaited<ReturnType<typeof useRandomly>>[] = [];
    for (let client = 0; client < 2; client++) {
      const device = await bench.openAs(uuid);
      told.push(await useRandomly(device, seed));
      await bench.settle();
      await device.close();
    }
    requireSameAnswers(told[1]?.answers ?? [], told[0]?.answers ?? [], changing);
    expect([...(told[1]?.rung.counts ?? [])], 'interrupts').to.deep.equal([
      ...(told[0]?.rung.counts ?? []),
    ]);
  },
}));

const others: readonly ConformanceCheck[] = [
  {
    id: 'fresh-host-same',
    title:
      'the same mdev in another host is the same device (own rule: nothing is shared but a parent)',
    run: async (bench) => {
      const told: (readonly Answer[])[] = [];
      for (const host of [bench.host, await bench.anotherHost()]) {
        await host.create({ parent: bench.type.parent, type: bench.type.id, uuid: UUID });
        const device = bench.own(await host.open(UUID));
        told.push((await useRandomly(device, 21)).answers);
      }
      requireSameAnswers(told[1] ?? [], told[0] ?? []);
    },
  },
  {
    id: 'fresh-irqs-gone',
    title:
      'what a client has bound is not signalled for the next one (vfio_pci_core.c, vfio_pci_core_disable)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      const first = await bench.openAs(uuid);
      const { rung } = await useRandomly(first, 6, 20);
      await first.close();
      const before = rung.total;
      const second = await bench.openAs(uuid);
      await useRandomly(second, 6);
      await bench.settle(10_000);
      expect(rung.total - before, 'interrupts of the next client that the first got').to.equal(0);
    },
  },
  {
    id: 'fresh-memory-gone',
    title:
      'the memory that a client lent is not reached for the next one (vfio_main.c, vfio_device_last_close)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      const memory = new Uint8Array(LENT_BYTES);
      const first = await bench.openAs(uuid);
      await first.dmaMap({ iova: 0, memory });
      await makeReady(first);
      await bindAll(first);
      await scribble(first, 7);
      await first.close();
      memory.fill(0x5a);
      const second = await bench.openAs(uuid);
      await useRandomly(second, 7);
      await bench.settle(10_000);
      const touched = memory.findIndex((byte) => byte !== 0x5a);
      expect(touched, 'the first byte that was written to').to.equal(-1);
    },
  },
  {
    id: 'fresh-infos',
    title: 'infos are the same at every open (include/uapi/linux/vfio.h, VFIO_DEVICE_GET_INFO)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      const told: unknown[] = [];
      for (let client = 0; client < 2; client++) {
        const device = await bench.openAs(uuid);
        const info = await device.info();
        told.push([info, await everyInfo(device, info)]);
        await useRandomly(device, 8);
        await device.close();
      }
      expect(told[1]).to.deep.equal(told[0]);
    },
  },
  {
    id: 'fresh-running',
    title:
      'the next client finds a device that runs (include/uapi/linux/vfio.h, VFIO_DEVICE_STATE_RUNNING)',
    without: async (bench) =>
      (await onDevice(bench, (device) => codeOf(device.migrationState()))) === 'done'
        ? undefined
        : 'no migration',
    run: async (bench) => {
      const { uuid } = await bench.create();
      const first = await bench.openAs(uuid);
      await first.setMigrationState(1);
      await first.close();
      const second = await bench.openAs(uuid);
      expect(await second.migrationState()).to.equal(VFIO_DEVICE_STATE_RUNNING);
      await useRandomly(second, 9);
    },
  },
];

async function everyInfo(
  device: Device,
  info: { numRegions: number; numIrqs: number },
): Promise<unknown> {
  const told: unknown[] = [];
  for (let index = 0; index < info.numRegions; index++) {
    told.push(await device.regionInfo(index).catch((error: unknown) => String(error)));
  }
  for (let index = 0; index < info.numIrqs; index++) {
    told.push(await device.irqInfo(index).catch((error: unknown) => String(error)));
  }
  return told;
}

/** What one client leaves the next one does not find. */
export const freshOpen: ConformanceGroup = {
  name: 'what the next client finds',
  checks: [...leavings, ...answers, ...others],
};
