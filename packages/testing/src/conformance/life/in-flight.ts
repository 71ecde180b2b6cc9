import type { Device } from '@mdevkit/core';
import { VFIO_DEVICE_STATE_RUNNING, VFIO_DEVICE_STATE_STOP } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describeCalls, type Bench, type Phase } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import {
  both,
  callsInFlight,
  codeOf,
  doWork,
  FLIGHT_MS,
  inFlight,
  needs,
  needsFlight,
  needsWork,
  outwardCalls,
  type Flight,
} from './support/index.js';

const QUIET = 'own rule: DeviceModel.quiesce; PCIe Base Spec 6.6.2';
const STOPPED = 'include/uapi/linux/vfio.h, VFIO_DEVICE_STATE_STOP';
const CLOSE = 'include/linux/vfio.h, struct vfio_device_ops, close_device';
/** A place that no work uses, and its size. */
const PAGE = 4096;
const ELSEWHERE = 2 ** 40;

const canStop = needs(
  'migration',
  async (device) => (await codeOf(device.migrationState())) === 'done',
);

async function mapElsewhere(device: Device): Promise<void> {
  await device.dmaMap({ iova: ELSEWHERE, memory: new Uint8Array(PAGE) });
  await device.dmaUnmap(ELSEWHERE, PAGE);
}

async function stopAndGo(bench: Bench, device: Device): Promise<void> {
  await device.setMigrationState(VFIO_DEVICE_STATE_STOP);
  await bench.settle(FLIGHT_MS);
  await device.setMigrationState(VFIO_DEVICE_STATE_RUNNING);
}

function requireNone(bench: Bench, { uuid }: Flight, phases: readonly Phase[]): void {
  const calls = outwardCalls(bench, uuid).filter(({ phase }) => phases.includes(phase));
  expect(calls, `the device did ${describeCalls(calls)}`).to.have.length(0);
}

/** What happens to work that is under way, and must not end it; nothing that the device does meanwhile may reach out. */
const interruptions: readonly (readonly [
  id: string,
  title: string,
  interrupt: (bench: Bench, flight: Flight) => Promise<void>,
  without: NonNullable<ConformanceCheck['without']>,
])[] = [
  [
    'map',
    `a map of other memory that takes its time (${QUIET})`,
    async (bench, flight) => {
      bench.watch.onCall = ({ kind }) => {
        if (kind === 'dma-map' || kind === 'dma-unmap') {
          bench.advance(FLIGHT_MS);
        }
      };
      await mapElsewhere(flight.device);
      bench.watch.onCall = undefined;
      requireNone(bench, flight, ['quiet']);
    },
    needsFlight,
  ],
  [
    'stop',
    `a stop for a migration that does not come (${STOPPED})`,
    async (bench, flight) => {
      await flight.device.setMigrationState(VFIO_DEVICE_STATE_STOP);
      await bench.settle(FLIGHT_MS);
      requireNone(bench, flight, ['open', 'quiet']);
      await flight.device.setMigrationState(VFIO_DEVICE_STATE_RUNNING);
    },
    both(canStop, needsFlight),
  ],
];

const goesOn: readonly ConformanceCheck[] = interruptions.map(
  ([id, title, interrupt, without]) => ({
    id: `flight-${id}`,
    title: `work under way rests during ${title}, and goes on afterwards`,
    without,
    run: async (bench) => {
      const expected = await callsInFlight(bench);
      const flight = await inFlight(bench);
      await bench.within('the interruption', interrupt(bench, flight));
      await bench.settle(FLIGHT_MS);
      const calls = outwardCalls(bench, flight.uuid);
      const told = calls.map(({ service, method }) => `${service}.${method}`);
      expect(told, 'what the work did that was held').to.deep.equal(expected);
    },
  }),
);

const ends: readonly ConformanceCheck[] = [
  {
    id: 'flight-close',
    title: `work under way is dropped by a close, and not done in it (${CLOSE})`,
    without: needsFlight,
    run: async (bench) => {
      const flight = await inFlight(bench);
      await bench.within('a close', flight.device.close());
      await bench.settle(FLIGHT_MS);
      requireNone(bench, flight, ['quiet', 'closing', 'closed']);
    },
  },
  {
    id: 'flight-reset',
    title: 'work under way is dropped by a reset, and not done in it (own rule: DeviceModel.reset)',
    without: needsFlight,
    run: async (bench) => {
      const flight = await inFlight(bench);
      const code = await bench.within('a reset', codeOf(flight.device.reset()));
      await bench.settle(FLIGHT_MS);
      requireNone(bench, flight, code === 'done' ? ['quiet', 'open'] : ['quiet']);
    },
  },
  {
    id: 'flight-removal',
    title: `work under way is dropped by a removal, and not done in it (${CLOSE})`,
    without: needsFlight,
    run: async (bench) => {
      const flight = await inFlight(bench);
      await bench.within('a removal', bench.host.remove(flight.uuid, 0));
      await bench.settle(FLIGHT_MS);
      requireNone(bench, flight, ['quiet', 'closing', 'closed', 'gone']);
    },
  },
  {
    id: 'flight-begun-stopped',
    title: `a stopped device takes work, and does not begin it (${STOPPED})`,
    without: both(needsWork, canStop),
    run: async (bench) => {
      const { uuid } = await bench.create();
      const device = await bench.openAs(uuid);
      await device.setMigrationState(VFIO_DEVICE_STATE_STOP);
      bench.watch.forget();
      const work = Promise.resolve(doWork(bench, device)).catch(() => undefined);
      await bench.settle(FLIGHT_MS);
      requireNone(bench, { uuid, device }, ['open', 'quiet']);
      await device.setMigrationState(VFIO_DEVICE_STATE_RUNNING);
      await bench.within('the work that was begun', work);
    },
  },
];

/** What comes before work that must go well. */
const preludes: readonly (readonly [
  id: string,
  title: string,
  prelude: (bench: Bench, device: Device) => Promise<unknown>,
  without?: NonNullable<ConformanceCheck['without']>,
])[] = [
  ['map', `a map and an unmap (${QUIET})`, (_bench, device) => mapElsewhere(device)],
  ['stop', `a stop and a start (${STOPPED})`, stopAndGo, canStop],
  [
    'stop-reset',
    `a stop and a reset (${STOPPED})`,
    async (bench, device) => {
      await device.setMigrationState(VFIO_DEVICE_STATE_STOP);
      await bench.within('a reset', device.reset());
    },
    canStop,
  ],
  [
    'reset',
    'a reset (vfio_pci_core.c, vfio_pci_ioctl_reset)',
    (_bench, device) => codeOf(device.reset()),
  ],
  [
    'work',
    'other work and a reset (vfio_pci_core.c, vfio_pci_ioctl_reset)',
    async (bench, device) => {
      await doWork(bench, device);
      await codeOf(device.reset());
    },
  ],
];

const works: readonly ConformanceCheck[] = preludes.map(([id, title, prelude, without]) => ({
  id: `work-after-${id}`,
  title: `work goes well after ${title}`,
  without: both(needsWork, ...(without === undefined ? [] : [without])),
  run: async (bench) => {
    const device = await bench.open();
    await prelude(bench, device);
    await bench.within('the work', Promise.resolve(doWork(bench, device)));
  },
}));

/** Work that is under way when something else happens. */
export const workInFlight: ConformanceGroup = {
  name: 'work in flight',
  checks: [...goesOn, ...ends, ...works],
};
