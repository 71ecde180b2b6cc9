import { bindIrqs, irqCallback, type Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_STOP,
  VFIO_DEVICE_STATE_STOP_COPY,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { imageFrom, into } from '../contract/migration/image.js';
import {
  both,
  codeOf,
  FLIGHT_MS,
  inFlight,
  makeReady,
  needs,
  needsFlight,
  needsRoom,
  outwardCalls,
  registersOf,
  requireFresh,
  takeBaseline,
  useRandomly,
  writeRegister,
  type Baseline,
  type Flight,
} from './support/index.js';

const MIGRATION = 'include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE';

const without = needs(
  'migration',
  async (device) => (await codeOf(device.migrationState())) === 'done',
);

/** Where a migration is when something else happens. */
const moments: readonly (readonly [
  id: string,
  title: string,
  go: (device: Device) => Promise<void>,
])[] = [
  [
    'stopped',
    'stopped for a migration',
    async (device) => {
      await device.setMigrationState(VFIO_DEVICE_STATE_STOP);
    },
  ],
  [
    'saving',
    'in the middle of saving',
    async (device) => {
      const data = await device.setMigrationState(VFIO_DEVICE_STATE_STOP_COPY);
      await data?.read(new Uint8Array(3));
    },
  ],
  [
    'resuming',
    'in the middle of resuming',
    async (device) => {
      const data = await device.setMigrationState(VFIO_DEVICE_STATE_RESUMING);
      await codeOf(Promise.resolve(data?.write(new Uint8Array(3))));
    },
  ],
];

type Event = (bench: Bench, device: Device, uuid: string) => Promise<unknown>;

/** What happens then; `leaves` says whether the mdev is there afterwards, and open. */
const events: readonly (readonly [id: string, leaves: 'open' | 'closed' | 'gone', event: Event])[] =
  [
    ['close', 'closed', (_bench, device) => device.close()],
    ['removal', 'gone', (bench, _device, uuid) => bench.host.remove(uuid, 0)],
    ['surprise', 'gone', (bench, _device, uuid) => bench.watch.mdev(uuid).surpriseRemove()],
    ['reset', 'open', (_bench, device) => codeOf(device.reset())],
  ];

async function requireRunning(bench: Bench, baseline: Baseline, device: Device): Promise<void> {
  expect(await device.migrationState()).to.equal(VFIO_DEVICE_STATE_RUNNING);
  await requireFresh(bench, device, baseline, 'after a migration that did not end');
  await useRandomly(device, 161, 20);
}

function eventChecks(): readonly ConformanceCheck[] {
  return moments.flatMap(([moment, title, go]) =>
    events.map(([id, leaves, event]) => ({
      id: `migration-${moment}-${id}`,
      title: `${id} of a device that is ${title}: it runs again, as fresh, or is gone (${MIGRATION})`,
      without,
      run: async (bench: Bench) => {
        const baseline = await takeBaseline(bench);
        const device = await bench.openAs(baseline.uuid);
        await useRandomly(device, 162, 20);
        await go(device);
        const answer = await bench.within(id, event(bench, device, baseline.uuid));
        await bench.settle(1000);
        if (leaves === 'closed') {
          await requireRunning(bench, baseline, await bench.openAs(baseline.uuid));
        } else if (leaves === 'open' && answer === 'done') {
          await requireRunning(bench, baseline, device);
        } else if (leaves === 'gone') {
          expect(await codeOf(device.migrationState())).to.equal('ENODEV');
        }
      },
    })),
  );
}

/** The image of a new device, which is gone afterwards. */
async function freshImage(bench: Bench): Promise<Uint8Array> {
  const { uuid } = await bench.create();
  const device = await bench.openAs(uuid);
  await makeReady(device);
  const image = await imageFrom(bench, device);
  await device.close();
  await bench.host.remove(uuid, 0);
  return image;
}

async function restore(bench: Bench, device: Device, image: Uint8Array): Promise<void> {
  await into(bench, device, image);
  await device.setMigrationState(VFIO_DEVICE_STATE_RUNNING);
}

/** What a device does by itself when it was restored from a new one. */
async function afterRestore(
  bench: Bench,
  { uuid, device }: Flight,
  image: Uint8Array,
): Promise<readonly string[]> {
  bench.watch.forget();
  await restore(bench, device, image);
  await bench.settle(FLIGHT_MS);
  return outwardCalls(bench, uuid).map(({ service, method }) => `${service}.${method}`);
}

/** A device with a line that a write has raised; undefined if no write does that. */
async function withLineUp(
  bench: Bench,
): Promise<{ readonly device: Device; readonly index: number } | undefined> {
  const { uuid } = await bench.create();
  const device = await bench.openAs(uuid);
  await makeReady(device);
  for (const register of (await registersOf(bench, uuid, device)).filter((r) => r.writable)) {
    bench.watch.forget();
    await writeRegister(device, register, 1);
    await bench.settle();
    const raised = bench.watch.callsOf(uuid).find(({ method }) => method === 'assert');
    if (raised?.irq !== undefined) {
      return { device, index: raised.irq.index };
    }
  }
  return undefined;
}

/** Whether a line rings whoever binds it. */
async function rings(bench: Bench, device: Device, index: number): Promise<boolean> {
  let rung = 0;
  await codeOf(bindIrqs(device, index, [irqCallback(() => (rung += 1))]));
  await bench.settle();
  return rung > 0;
}

const restores: readonly ConformanceCheck[] = [
  {
    id: 'migration-restore-flight',
    title: `work under way is gone when a device is restored from one that has none (${MIGRATION})`,
    without: both(without, needsRoom(2), needsFlight),
    run: async (bench) => {
      const image = await freshImage(bench);
      const { uuid } = await bench.create();
      const expected = await afterRestore(bench, { uuid, device: await bench.openAs(uuid) }, image);
      const told = await afterRestore(bench, await inFlight(bench), image);
      expect(told, 'what a restored device does by itself').to.deep.equal(expected);
    },
  },
  {
    id: 'migration-restore-line',
    title: `a line that was up is down when a device is restored from one where it is (${MIGRATION})`,
    without: both(without, needsRoom(2), async (bench) => {
      const up = await withLineUp(bench);
      const isHeard = up !== undefined && (await rings(bench, up.device, up.index));
      await up?.device.close();
      return isHeard ? undefined : 'no write raises a line';
    }),
    run: async (bench) => {
      const image = await freshImage(bench);
      const up = await withLineUp(bench);
      if (up === undefined) {
        throw new Error('a write raised a line before, and does not now');
      }
      await restore(bench, up.device, image);
      expect(await rings(bench, up.device, up.index), 'the line is up').to.equal(false);
    },
  },
];

/** A migration meets what else may happen. */
export const migrationLife: ConformanceGroup = {
  name: 'migration and life',
  checks: [...eventChecks(), ...restores],
};
