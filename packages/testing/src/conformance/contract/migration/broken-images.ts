import { expect } from 'chai';
import { Random } from '../../../random/index.js';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { awake, check, fail, ready, scribble, SEED } from '../support/index.js';
import { imageFrom, offer } from './image.js';
import { unlessMigration } from './states.js';

const header = 'include/uapi/linux/vfio.h, enum vfio_device_mig_state';
/** Places of an image that are broken at the most. */
const BREAKS = 96;

/** Images that are none, or not whole. */
export const brokenImageChecks: readonly ConformanceCheck[] = [
  check(
    'image-empty',
    `no image is no state: RESUMING ends with an error if nothing was written (${header}, RESUMING to STOP)`,
    async (bench) => {
      const device = await ready(bench);
      expect(await offer(bench, device, new Uint8Array(0)), 'an empty image').not.to.equal('done');
    },
    unlessMigration,
  ),
  check(
    'image-short',
    `an image that ends early is refused, wherever it ends (${header}, RESUMING to STOP)`,
    async (bench) => {
      const image = await savedImage(bench);
      for (const length of sample(image.length)) {
        const answer = await offered(bench, image.subarray(0, length));
        expect(answer.code, `the first ${length} of ${image.length} bytes`).not.to.equal('done');
      }
    },
    unlessMigration,
  ),
  check(
    'image-long',
    `what follows an image is refused, or is part of it (${header}, RESUMING to STOP)`,
    async (bench) => {
      const image = await savedImage(bench);
      for (const more of [1, 8, 4096]) {
        await expectHonest(
          bench,
          Uint8Array.from([...image, ...new Uint8Array(more)]),
          `${more} bytes more`,
        );
      }
    },
    unlessMigration,
  ),
  check(
    'image-broken',
    'a broken image is refused, or is all that the device then is (own rule: what is accepted was understood)',
    async (bench) => {
      const image = await savedImage(bench);
      const random = new Random(SEED);
      for (const at of sample(image.length)) {
        const broken = image.slice();
        broken[at] = (broken[at] ?? 0) ^ (1 << random.below(8));
        await expectHonest(bench, broken, `byte ${at} of ${image.length} is broken`);
      }
    },
    unlessMigration,
  ),
  check(
    'image-noise',
    'noise is no image (own rule: what is accepted was understood)',
    async (bench) => {
      const { length } = await savedImage(bench);
      const random = new Random(SEED);
      for (const filler of [0x00, 0xff, undefined]) {
        const noise = Uint8Array.from({ length }, () => filler ?? random.below(256));
        await expectHonest(bench, noise, 'noise');
      }
    },
    unlessMigration,
  ),
];

async function savedImage(bench: Bench): Promise<Uint8Array> {
  const { uuid } = await bench.create();
  await using device = await bench.host.open(uuid);
  await awake(bench, device);
  await scribble(bench, device);
  const image = await imageFrom(bench, device);
  await device.close();
  await bench.host.remove(uuid, 0);
  return image;
}

/** Offers an image to a new device; `again` is what the device is saved as if it takes it. */
async function offered(
  bench: Bench,
  image: Uint8Array,
): Promise<{ readonly code: string; readonly again?: Uint8Array }> {
  const { uuid } = await bench.create();
  try {
    await using device = await bench.host.open(uuid);
    const code = await offer(bench, device, image);
    return code === 'done' ? { code, again: await imageFrom(bench, device) } : { code };
  } finally {
    await bench.host.remove(uuid, 0);
  }
}

async function expectHonest(bench: Bench, image: Uint8Array, what: string): Promise<void> {
  const { again } = await offered(bench, image);
  if (again !== undefined && Buffer.compare(again, image) !== 0) {
    fail(`${what}: the device takes the image, and is not what the image says`);
  }
}

function sample(length: number): readonly number[] {
  const random = new Random(SEED);
  return length <= BREAKS
    ? Array.from({ length }, (_, i) => i)
    : Array.from({ length: BREAKS }, (_, i) => (i < 32 ? i : random.below(length)));
}
