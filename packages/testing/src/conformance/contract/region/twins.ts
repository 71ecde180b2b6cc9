import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  awake,
  check,
  commonPlaces,
  done,
  fail,
  hex,
  imageOf,
  ready,
  scribble,
  SEED,
  unlessReset,
  unlessTwo,
} from '../support/index.js';

const own = 'own rule: mdevs of a type are alike, and have nothing of each other';
const open = 'row fresh open; drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_enable';
const reset = 'row reset order; drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_reset';
/** For what was begun to come, if it comes. */
const MILLISECONDS = 100;
const seeds = [SEED, SEED + 1, SEED + 2];

/** The same accesses have the same answers: on another mdev, and after everything was given back. */
export const twinChecks: readonly ConformanceCheck[] = [
  check(
    'twins-new',
    `two new mdevs of a type read the same (${own})`,
    async (bench) => {
      const one = await ready(bench);
      const first = await imageOf(bench, one);
      const again = await imageOf(bench, one);
      const other = await imageOf(bench, await ready(bench));
      expectSame(first, other, commonPlaces(first, again), 'on another new mdev');
    },
    unlessTwo,
  ),
  ...seeds.map((seed, i) =>
    check(
      `twins-${i}`,
      `two new mdevs of a type answer the same to the same writes, sequence ${i} (${own})`,
      async (bench) => {
        const [one, other] = [await ready(bench), await ready(bench)];
        const alike = commonPlaces(await imageOf(bench, one), await imageOf(bench, other));
        const answers = await scribble(bench, one, 200, seed);
        expect(await scribble(bench, other, 200, seed)).to.deep.equal(answers);
        const [first, again] = [await imageOf(bench, one), await imageOf(bench, one)];
        const places = commonPlaces(first, again);
        const still = new Set([...places].filter((place) => alike.has(place)));
        expectSame(first, await imageOf(bench, other), still, 'on another mdev');
      },
      unlessTwo,
    ),
  ),
  ...seeds.map((seed, i) =>
    check(
      `neighbour-${i}`,
      `what a client writes to an mdev does not show in another one, sequence ${i} (${own})`,
      async (bench) => {
        const [one, other] = [await ready(bench), await ready(bench)];
        const before = await imageOf(bench, other);
        const places = commonPlaces(before, await imageOf(bench, other));
        await scribble(bench, one, 200, seed);
        expectSame(before, await imageOf(bench, other), places, 'after writes to another mdev');
      },
      unlessTwo,
    ),
  ),
  ...seeds.map((seed, i) =>
    check(
      `close-clears-${i}`,
      `what a client wrote is gone for the next one, sequence ${i} (${open})`,
      async (bench) => {
        const { uuid } = await bench.create();
        const before = await whileOpen(bench, uuid, async (device) => {
          const { image, places } = await unmoved(bench, device);
          const answers = await scribble(bench, device, 200, seed);
          return { image, places, answers };
        });
        await whileOpen(bench, uuid, async (device) => {
          await bench.settle(MILLISECONDS);
          const image = await imageOf(bench, device);
          expectSame(before.image, image, before.places, 'for the next client');
          const answers = await scribble(bench, device, 200, seed);
          expect(answers, 'the same writes again').to.deep.equal(before.answers);
        });
      },
    ),
  ),
  ...seeds.map((seed, i) =>
    check(
      `reset-clears-${i}`,
      `what a client wrote is gone after a reset, sequence ${i} (${reset})`,
      async (bench) => {
        const device = await ready(bench);
        const { image, places } = await unmoved(bench, device);
        const answers = await scribble(bench, device, 200, seed);
        await done(bench, 'a reset', device.reset());
        await bench.settle(MILLISECONDS);
        await awake(bench, device);
        expectSame(image, await imageOf(bench, device), places, 'after a reset');
        const again = await scribble(bench, device, 200, seed);
        expect(again, 'the same writes again').to.deep.equal(answers);
      },
      unlessReset,
    ),
  ),
];

/** What a device reads, and where that does not change by itself. */
async function unmoved(
  bench: Bench,
  device: Device,
): Promise<{
  readonly image: ReadonlyMap<string, number>;
  readonly places: ReadonlySet<string>;
}> {
  const image = await imageOf(bench, device);
  await bench.settle(MILLISECONDS);
  return { image, places: commonPlaces(image, await imageOf(bench, device)) };
}

async function whileOpen<T>(
  bench: Bench,
  uuid: string,
  use: (device: Device) => Promise<T>,
): Promise<T> {
  await using device = await bench.host.open(uuid);
  await awake(bench, device);
  return await use(device);
}

function expectSame(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  places: ReadonlySet<string>,
  when: string,
): void {
  for (const place of places) {
    const [was, is] = [before.get(place), after.get(place)];
    if (was !== is) {
      const reads = is === undefined ? 'cannot be read' : `reads ${hex(is)}`;
      fail(`${place} read ${hex(was ?? 0)}, and ${reads} ${when}`);
    }
  }
}
