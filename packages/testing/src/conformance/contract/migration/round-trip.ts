import type { Device } from '@mdevkit/core';
import { VFIO_DEVICE_STATE_RUNNING, VFIO_DEVICE_STATE_STOP } from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  check,
  commonPlaces,
  done,
  either,
  imageOf,
  ready,
  scribble,
  SEED,
  unlessTwo,
} from '../support/index.js';
import { imageFrom, into } from './image.js';
import { expectSame } from './same.js';
import { unlessMigration } from './states.js';

const header = 'include/uapi/linux/vfio.h, enum vfio_device_mig_state';
const seeds = [SEED, SEED + 1, SEED + 2];

/** What a device is saved as, and what becomes of it elsewhere. */
export const roundTripChecks: readonly ConformanceCheck[] = [
  ...seeds.map((seed, i) =>
    check(
      `round-trip-${i}`,
      `a device that is restored reads as the one that was saved, sequence ${i} (${header})`,
      async (bench) => {
        const [from, to] = [await ready(bench), await ready(bench)];
        await scribble(bench, from, 200, seed);
        const before = await imageOf(bench, from);
        const places = commonPlaces(before, await imageOf(bench, from));
        await into(bench, to, await imageFrom(bench, from));
        await run(bench, to);
        expectSame(before, await imageOf(bench, to), places, 'on the device that was restored');
      },
      either(unlessMigration, unlessTwo),
    ),
  ),
  check(
    'round-trip-used',
    `nothing of what a device was before it was restored is left (${header})`,
    async (bench) => {
      const [from, to] = [await ready(bench), await ready(bench)];
      await scribble(bench, from, 200, SEED);
      await scribble(bench, to, 200, SEED + 7);
      const before = await imageOf(bench, from);
      const places = commonPlaces(before, await imageOf(bench, from));
      await into(bench, to, await imageFrom(bench, from));
      await run(bench, to);
      expectSame(before, await imageOf(bench, to), places, 'on a used device that was restored');
    },
    either(unlessMigration, unlessTwo),
  ),
  check(
    'round-trip-image',
    `a device that is restored has the image that it was given (${header})`,
    async (bench) => {
      const [from, to] = [await ready(bench), await ready(bench)];
      await scribble(bench, from);
      const image = await imageFrom(bench, from);
      await into(bench, to, image);
      expect(await imageFrom(bench, to)).to.deep.equal(image);
    },
    either(unlessMigration, unlessTwo),
  ),
  check(
    'round-trip-back',
    `a device that goes on after it was saved is as it was (${header})`,
    async (bench) => {
      const device = await ready(bench);
      await scribble(bench, device);
      const before = await imageOf(bench, device);
      const places = commonPlaces(before, await imageOf(bench, device));
      await imageFrom(bench, device);
      await run(bench, device);
      expectSame(before, await imageOf(bench, device), places, 'after a save');
    },
    unlessMigration,
  ),
  check(
    'saved-twice',
    `a device that stands still is saved as the same image again (${header})`,
    async (bench) => {
      const device = await ready(bench);
      await scribble(bench, device);
      const image = await imageFrom(bench, device);
      await done(bench, 'a way to STOP', device.setMigrationState(VFIO_DEVICE_STATE_STOP));
      expect(await imageFrom(bench, device)).to.deep.equal(image);
    },
    unlessMigration,
  ),
  ...[1, 3, 100].map((piece) =>
    check(
      `pieces-${piece}`,
      `an image is the same, and is taken, in pieces of ${piece} bytes (${header}: the segmentation is arbitrary)`,
      async (bench) => {
        const device = await ready(bench);
        await scribble(bench, device);
        const image = await imageFrom(bench, device);
        await done(bench, 'a way to STOP', device.setMigrationState(VFIO_DEVICE_STATE_STOP));
        expect(await imageFrom(bench, device, piece), 'read in pieces').to.deep.equal(image);
        await into(bench, device, image, piece);
        expect(await imageFrom(bench, device), 'written in pieces').to.deep.equal(image);
      },
      unlessMigration,
    ),
  ),
];

async function run(bench: Bench, device: Device): Promise<void> {
  const way = device.setMigrationState(VFIO_DEVICE_STATE_RUNNING);
  await done(bench, 'a way to RUNNING', way);
}
