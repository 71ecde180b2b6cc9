import { bindIrqs, type Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_STOP,
  VFIO_DEVICE_STATE_STOP_COPY,
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MIG_DATA_SIZE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { usedIrqs } from '../irq/indexes.js';
import { Bell } from '../irq/requests.js';
import {
  check,
  codeAnswered,
  done,
  either,
  fail,
  ready,
  refused,
  scribble,
  unlessReset,
} from '../support/index.js';
import { unlessMigration } from './states.js';

const header = 'include/uapi/linux/vfio.h';

/** Data sessions, and the device meanwhile. */
export const sessionChecks: readonly ConformanceCheck[] = [
  check(
    'session-direction',
    'row session direction: a saving session is not written to, a resuming one not read from: EBADF (read(2), write(2))',
    async (bench) => {
      const device = await ready(bench);
      const saving = await session(bench, device, VFIO_DEVICE_STATE_STOP_COPY);
      await refused(bench, 'a write to a saving session', 'EBADF', saving.write(new Uint8Array(1)));
      const resuming = await session(bench, device, VFIO_DEVICE_STATE_RESUMING);
      await refused(
        bench,
        'a read of a resuming session',
        'EBADF',
        resuming.read(new Uint8Array(1)),
      );
    },
    unlessMigration,
  ),
  check(
    'session-over',
    'row session over: ENODEV once the device has left the state (samples/vfio-mdev/mtty.c, mtty_save_read)',
    async (bench) => {
      const device = await ready(bench);
      const saving = await session(bench, device, VFIO_DEVICE_STATE_STOP_COPY);
      await done(bench, 'a way to STOP', device.setMigrationState(VFIO_DEVICE_STATE_STOP));
      await refused(bench, 'a read of it', 'ENODEV', saving.read(new Uint8Array(16)));
    },
    unlessMigration,
  ),
  check(
    'session-reset',
    'row session over: ENODEV after a reset, for both sessions (include/uapi/linux/vfio.h, VFIO_DEVICE_STATE_ERROR)',
    async (bench) => {
      const device = await ready(bench);
      const saving = await session(bench, device, VFIO_DEVICE_STATE_STOP_COPY);
      await done(bench, 'a reset', device.reset());
      await refused(bench, 'a read of it', 'ENODEV', saving.read(new Uint8Array(16)));
      const resuming = await session(bench, device, VFIO_DEVICE_STATE_RESUMING);
      await done(bench, 'a reset', device.reset());
      await refused(bench, 'a write to it', 'ENODEV', resuming.write(new Uint8Array(16)));
    },
    either(unlessMigration, unlessReset),
  ),
  check(
    'session-end',
    `row stop-copy end: nothing more to read is 0, again and again (${header}, VFIO_DEVICE_STATE_STOP_COPY)`,
    async (bench) => {
      const device = await ready(bench);
      const saving = await session(bench, device, VFIO_DEVICE_STATE_STOP_COPY);
      const bytes = new Uint8Array(0x1_0000);
      for (let reads = 0; (await done(bench, 'a read', saving.read(bytes))) > 0; reads++) {
        if (reads > 4096) {
          fail('the image has no end');
        }
      }
      expect(await done(bench, 'a read at the end', saving.read(bytes))).to.equal(0);
    },
    unlessMigration,
  ),
  check(
    'session-precopy-info',
    `row pre-copy info: outside of the pre-copy states it is EINVAL (${header}, VFIO_MIG_GET_PRECOPY_INFO)`,
    async (bench) => {
      const device = await ready(bench);
      const saving = await session(bench, device, VFIO_DEVICE_STATE_STOP_COPY);
      const ask = async (): Promise<unknown> => saving.precopyInfo();
      await refused(bench, 'what is left to read', 'EINVAL', ask());
    },
    unlessMigration,
  ),
  check(
    'data-size',
    `MIG_DATA_SIZE answers a number of bytes in every state (${header}, VFIO_DEVICE_FEATURE_MIG_DATA_SIZE)`,
    async (bench) => {
      const device = await ready(bench);
      for (const state of [
        VFIO_DEVICE_STATE_RUNNING,
        VFIO_DEVICE_STATE_STOP,
        VFIO_DEVICE_STATE_STOP_COPY,
      ]) {
        await done(bench, `a way to ${state}`, device.setMigrationState(state));
        const flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DATA_SIZE;
        await done(
          bench,
          `MIG_DATA_SIZE in state ${state}`,
          device.feature(flags, new Uint8Array(8)),
        );
      }
    },
    unlessMigration,
  ),
  check(
    'stopped-quiet',
    `a device that is stopped neither interrupts nor writes to memory (${header}, VFIO_DEVICE_STATE_STOP)`,
    async (bench) => {
      const device = await ready(bench);
      const memory = new Uint8Array(0x4_0000);
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory }));
      const bells = await bound(bench, device);
      await scribble(bench, device);
      await done(bench, 'a way to STOP', device.setMigrationState(VFIO_DEVICE_STATE_STOP));
      const [rung, seen] = [bells.map((bell) => bell.rung), memory.slice()];
      await bench.settle(1000);
      await done(bench, 'the state', device.migrationState());
      expect(
        bells.map((bell) => bell.rung),
        'signals while stopped',
      ).to.deep.equal(rung);
      expect(Buffer.compare(memory, seen), 'memory while stopped').to.equal(0);
    },
    unlessMigration,
  ),
  check(
    'again',
    `a device can be stopped and started again and again (${header}, enum vfio_device_mig_state)`,
    async (bench) => {
      const device = await ready(bench);
      for (let turn = 0; turn < 10; turn++) {
        await scribble(bench, device, 20, turn);
        for (const state of [
          VFIO_DEVICE_STATE_STOP,
          VFIO_DEVICE_STATE_STOP_COPY,
          VFIO_DEVICE_STATE_RUNNING,
        ]) {
          await done(bench, `a way to ${state} in turn ${turn}`, device.setMigrationState(state));
        }
      }
    },
    unlessMigration,
  ),
];

async function session(
  bench: Bench,
  device: Device,
  state: number,
): Promise<NonNullable<Awaited<ReturnType<Device['setMigrationState']>>>> {
  const data = await done(bench, `a way to state ${state}`, device.setMigrationState(state));
  return data ?? fail(`state ${state} was reached without a data session`);
}

async function bound(bench: Bench, device: Device): Promise<readonly Bell[]> {
  const bells: Bell[] = [];
  for (const { index, count } of await usedIrqs(bench, device)) {
    const own = Array.from({ length: count }, () => new Bell());
    await codeAnswered(bench, 'enabling', bindIrqs(device, index, own));
    bells.push(...own);
  }
  return bells;
}
