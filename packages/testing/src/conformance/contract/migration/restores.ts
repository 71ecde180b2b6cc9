import type { Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_PRE_COPY,
  VFIO_DEVICE_STATE_RUNNING,
  VFIO_DEVICE_STATE_STOP,
  VFIO_DEVICE_STATE_STOP_COPY,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  check,
  codeAnswered,
  commonPlaces,
  done,
  either,
  fail,
  imageOf,
  ready,
  scribble,
  SEED,
  unless,
  unlessReset,
  unlessTwo,
} from '../support/index.js';
import { imageFrom, into, readAll } from './image.js';
import { expectSame } from './same.js';
import { abilitiesOf, unlessMigration } from './states.js';

const header = 'include/uapi/linux/vfio.h, enum vfio_device_mig_state';

/** A way back from RESUMING that leaves a device to be restored again. */
interface End {
  readonly id: string;
  readonly words: string;
  readonly end: (bench: Bench, device: Device) => Promise<void>;
}

const ends: readonly End[] = [
  {
    id: 'stop',
    words: 'stopped',
    end: (bench, device) => goTo(bench, device, VFIO_DEVICE_STATE_STOP),
  },
  {
    id: 'running',
    words: 'run again',
    end: (bench, device) => goTo(bench, device, VFIO_DEVICE_STATE_RUNNING),
  },
];

const unlessPreCopy = unless('has no state PRE_COPY', async (device, bench) => {
  return (await abilitiesOf(bench, device))?.preCopy === true;
});

/** Devices that are restored more than once in one life, and what they say of an image on its way. */
export const restoreChecks: readonly ConformanceCheck[] = [
  ...ends.map(({ id, words, end }) =>
    check(
      `restored-twice-${id}`,
      `row session opens: a device that was restored and has ${words} takes another image (${header})`,
      async (bench) => {
        const [from, to] = [await ready(bench), await ready(bench)];
        await scribble(bench, to, 100, SEED + 3);
        const first = await imageFrom(bench, to);
        await scribble(bench, from);
        const second = await imageFrom(bench, from);
        for (const image of [first, second, first]) {
          await into(bench, to, image);
          await end(bench, to);
          expect(Buffer.compare(await imageFrom(bench, to), image), 'the image').to.equal(0);
        }
      },
      either(unlessMigration, unlessTwo),
    ),
  ),
  check(
    'restored-after-half',
    `row session opens: of an image that was cut short by a reset nothing is left (${header}, RESUMING)`,
    async (bench) => {
      const device = await ready(bench);
      await scribble(bench, device);
      const image = await imageFrom(bench, device);
      await into(bench, device, image.subarray(0, Math.ceil(image.length / 2)));
      await done(bench, 'a reset', device.reset());
      await into(bench, device, image);
      await goTo(bench, device, VFIO_DEVICE_STATE_STOP);
      expect(Buffer.compare(await imageFrom(bench, device), image), 'the image').to.equal(0);
    },
    either(unlessMigration, unlessReset),
  ),
  check(
    'restored-after-refusal',
    `row session opens: of an image that was refused nothing is left after a reset (${header}, RESUMING to STOP)`,
    async (bench) => {
      const device = await ready(bench);
      await scribble(bench, device);
      const image = await imageFrom(bench, device);
      await into(bench, device, image.subarray(0, image.length - 1));
      await codeAnswered(bench, 'a short image', device.setMigrationState(VFIO_DEVICE_STATE_STOP));
      await done(bench, 'a reset', device.reset());
      await into(bench, device, image);
      await goTo(bench, device, VFIO_DEVICE_STATE_STOP);
      expect(Buffer.compare(await imageFrom(bench, device), image), 'the image').to.equal(0);
    },
    either(unlessMigration, unlessReset),
  ),
  check(
    'precopy-numbers',
    'row pre-copy info: in PRE_COPY a session says how many bytes are left, or that it cannot (include/uapi/linux/vfio.h, VFIO_MIG_GET_PRECOPY_INFO)',
    async (bench) => {
      const device = await ready(bench);
      await scribble(bench, device);
      const way = device.setMigrationState(VFIO_DEVICE_STATE_PRE_COPY);
      const session = await done(bench, 'a way to PRE_COPY', way);
      const data = session ?? fail('PRE_COPY was reached without a data session');
      for (let turn = 0; turn < 4; turn++) {
        const ask = async (): Promise<unknown> => data.precopyInfo();
        const code = await codeAnswered(bench, 'what is left to read', ask());
        expect(code, 'what is left to read').to.be.oneOf(['done', 'EINVAL', 'ENOTTY']);
        const read = await codeAnswered(bench, 'a read in PRE_COPY', data.read(new Uint8Array(64)));
        expect(read, 'a read in PRE_COPY').to.be.oneOf(['done', 'ENOMSG']);
      }
    },
    unlessPreCopy,
  ),
  check(
    'precopy-late',
    'what changes in PRE_COPY is in the image, and so is what changed before (include/uapi/linux/vfio.h, VFIO_DEVICE_STATE_PRE_COPY)',
    async (bench) => {
      const [from, to] = [await ready(bench), await ready(bench)];
      await scribble(bench, from);
      const way = from.setMigrationState(VFIO_DEVICE_STATE_PRE_COPY);
      const session = await done(bench, 'a way to PRE_COPY', way);
      await scribble(bench, from, 200, SEED + 5);
      await goTo(bench, from, VFIO_DEVICE_STATE_STOP_COPY);
      const data = session ?? fail('PRE_COPY was reached without a data session');
      const image = await readAll(bench, data, 0x1_0000);
      const before = await imageOf(bench, from);
      const places = commonPlaces(before, await imageOf(bench, from));
      await into(bench, to, image);
      await goTo(bench, to, VFIO_DEVICE_STATE_RUNNING);
      expectSame(before, await imageOf(bench, to), places, 'on the device that was restored');
    },
    either(unlessPreCopy, unlessTwo),
  ),
];

async function goTo(bench: Bench, device: Device, state: number): Promise<void> {
  await done(bench, `a way to state ${state}`, device.setMigrationState(state));
}
