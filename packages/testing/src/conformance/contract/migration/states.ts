import { isSupportedState, nextHop, type Device, type MigrationAbilities } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MIGRATION,
  VFIO_DEVICE_STATE_ERROR,
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_PRE_COPY_P2P,
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_RUNNING_P2P,
  VFIO_DEVICE_STATE_STOP,
  VFIO_DEVICE_STATE_STOP_COPY,
  VFIO_MIGRATION_P2P,
  VFIO_MIGRATION_PRE_COPY,
  VfioDeviceFeatureMigration,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  check,
  codeAnswered,
  done,
  either,
  ready,
  refused,
  unless,
  unlessReset,
} from '../support/index.js';
import { imageFrom, into } from './image.js';

const main = 'drivers/vfio/vfio_main.c, vfio_mig_get_next_state';
const R = VFIO_DEVICE_STATE_RUNNING;

const states: readonly (readonly [name: string, state: number])[] = [
  ['stop', VFIO_DEVICE_STATE_STOP],
  ['running', VFIO_DEVICE_STATE_RUNNING],
  ['running-p2p', VFIO_DEVICE_STATE_RUNNING_P2P],
  ['pre-copy', VFIO_DEVICE_STATE_PRE_COPY],
  ['pre-copy-p2p', VFIO_DEVICE_STATE_PRE_COPY_P2P],
  ['stop-copy', VFIO_DEVICE_STATE_STOP_COPY],
  ['resuming', VFIO_DEVICE_STATE_RESUMING],
];

export const unlessMigration = unless('cannot be migrated', async (device, bench) => {
  return (await abilitiesOf(bench, device)) !== undefined;
});

/** Every pair of states: the way is gone, or the answer is EINVAL and nothing has changed. */
export const stateChecks: readonly ConformanceCheck[] = [
  check(
    'none',
    'a device that cannot be migrated says so: features and calls are ENOTTY (include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_MIGRATION)',
    async (bench) => {
      const device = await ready(bench);
      for (const id of [1, 2, 9]) {
        const call = device.feature(VFIO_DEVICE_FEATURE_GET | id, new Uint8Array(64));
        await refused(bench, `feature ${id}`, 'ENOTTY', call);
      }
      await refused(bench, 'a migration state', 'ENOTTY', device.setMigrationState(R));
      await refused(bench, 'the migration state', 'ENOTTY', device.migrationState());
    },
    async (bench) => {
      return (await unlessMigration(bench)) === undefined ? 'can be migrated' : undefined;
    },
  ),
  check(
    'opens-running',
    'row fresh open: a new client finds the device RUNNING, wherever the last one left it (include/uapi/linux/vfio.h, enum vfio_device_mig_state)',
    async (bench) => {
      const { uuid } = await bench.create();
      for (const [, state] of states) {
        await using device = await bench.host.open(uuid);
        expect(await done(bench, 'the state', device.migrationState())).to.equal(R);
        await codeAnswered(bench, `a way to ${state}`, device.setMigrationState(state));
      }
    },
    unlessMigration,
  ),
  check(
    'reset-running',
    'row reset migration: after a reset the state is RUNNING (include/uapi/linux/vfio.h, VFIO_DEVICE_STATE_ERROR)',
    async (bench) => {
      const device = await ready(bench);
      for (const [, state] of states) {
        await codeAnswered(bench, `a way to ${state}`, device.setMigrationState(state));
        await done(bench, `a reset in state ${state}`, device.reset());
        expect(await done(bench, 'the state', device.migrationState())).to.equal(R);
      }
    },
    either(unlessMigration, unlessReset),
  ),
  check(
    'no-state',
    `row migration target: ERROR and what is no state are EINVAL (${main})`,
    async (bench) => {
      const device = await ready(bench);
      for (const state of [VFIO_DEVICE_STATE_ERROR, 8, 9, 255, 2 ** 31, -1, 0.5]) {
        await refused(bench, `state ${state}`, 'EINVAL', device.setMigrationState(state));
        expect(await done(bench, 'the state', device.migrationState())).to.equal(R);
      }
    },
    unlessMigration,
  ),
  ...states.flatMap(([fromName, from]) =>
    states.map(([toName, to]) =>
      check(
        `${fromName}-to-${toName}`,
        `Migration, cell ${fromName} to ${toName}: the device gets there, or it is EINVAL (${main})`,
        async (bench) => {
          const device = await ready(bench);
          const has = (await abilitiesOf(bench, device)) ?? { p2p: false, preCopy: false };
          await reach(bench, device, from);
          const call = device.setMigrationState(to);
          const code = await codeAnswered(bench, `a way from ${fromName} to ${toName}`, call);
          const isWay = nextHop(from, to, has) !== undefined;
          expect(code, `${fromName} to ${toName}`).to.equal(isWay ? 'done' : 'EINVAL');
          const state = await done(bench, 'the state', device.migrationState());
          expect(state, 'the state afterwards').to.equal(isWay ? to : from);
        },
        unless(`cannot be migrated, or has no state ${fromName}`, async (device, bench) => {
          const has = await abilitiesOf(bench, device);
          return has !== undefined && isSupportedState(from, has);
        }),
      ),
    ),
  ),
];

/** Which optional states a device has; undefined if it cannot be migrated. */
export async function abilitiesOf(
  bench: Bench,
  device: Device,
): Promise<MigrationAbilities | undefined> {
  const flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIGRATION;
  const call = device.feature(flags, new Uint8Array(VfioDeviceFeatureMigration.size));
  if ((await codeAnswered(bench, 'the feature MIGRATION', call)) !== 'done') {
    return undefined;
  }
  const has = Number(VfioDeviceFeatureMigration.decode((await call).data).flags);
  return {
    p2p: (has & VFIO_MIGRATION_P2P) !== 0,
    preCopy: (has & VFIO_MIGRATION_PRE_COPY) !== 0,
  };
}

/** Goes to a state; a device that resumes has got a whole image, so that it can leave the state again. */
async function reach(bench: Bench, device: Device, state: number): Promise<void> {
  if (state === VFIO_DEVICE_STATE_RESUMING) {
    await into(bench, device, await imageFrom(bench, device));
  } else {
    await done(bench, `a way to state ${state}`, device.setMigrationState(state));
  }
}
