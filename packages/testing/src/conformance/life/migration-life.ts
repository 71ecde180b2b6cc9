import type { Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_STOP,
  VFIO_DEVICE_STATE_STOP_COPY,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import {
  codeOf,
  needs,
  requireFresh,
  takeBaseline,
  useRandomly,
  type Baseline,
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

/** A migration meets what else may happen. */
export const migrationLife: ConformanceGroup = {
  name: 'migration and life',
  checks: eventChecks(),
};
