import type { Device } from '@mdevkit/core';
import { Random } from '../../../random/index.js';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  check,
  done,
  fail,
  hex,
  places,
  readAt,
  ready,
  SEED,
  unless,
  usedRegions,
  writeAt,
  type UsedRegion,
} from '../support/index.js';

const source =
  'docs/reference/device-rules.md, device models; drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_core_do_io_rw';
/** Bytes of a region that is accessed as a whole at the most. */
const WHOLE = 0x1_0000;
const patterns = [0x00, 0xff, 0x5a] as const;

/** A place in a region, and how many bytes there. */
type Access = readonly [offset: number, length: number];

interface Shape {
  readonly id: string;
  readonly words: string;
  readonly of: (region: UsedRegion) => readonly Access[];
}

const shapes: readonly Shape[] = [
  ...[1, 2, 4, 8].map((width) => ({
    id: `${width}`,
    words: `aligned accesses of ${width} bytes`,
    of: (region: UsedRegion) => places(region, width).map((offset) => [offset, width] as const),
  })),
  {
    id: 'odd',
    words: 'accesses of any length at any offset',
    of: (region) => {
      const random = new Random(SEED);
      return Array.from({ length: 64 }, () => {
        const offset = Math.floor((random.next() / 2 ** 32) * region.size);
        return [offset, Math.min(1 + random.below(24), region.size - offset)] as const;
      });
    },
  },
  {
    id: 'whole',
    words: 'an access to all of a region',
    of: ({ size }) => [[0, Math.min(size, WHOLE)]],
  },
];

/** Whatever a client accesses, a handler serves it, or refuses it with an MdevError, and in time. */
export const widthChecks: readonly ConformanceCheck[] = shapes.flatMap(({ id, words, of }) => [
  check(
    `read-${id}`,
    `row model failure, model count: reads are served whole or refused, ${words} (${source})`,
    async (bench) => {
      const device = await ready(bench);
      for (const region of await usedRegions(device)) {
        for (const access of region.readable ? of(region) : []) {
          await readOnce(bench, device, region, access);
        }
      }
    },
    unless('no region can be read', async (device) => {
      return (await usedRegions(device)).some(({ readable }) => readable);
    }),
  ),
  ...patterns.map((pattern) =>
    check(
      `write-${id}-${pattern.toString(16).padStart(2, '0')}`,
      `row model failure, model count: writes of ${hex(pattern)} are served whole or refused, ${words} (${source})`,
      async (bench) => {
        const device = await ready(bench);
        for (const region of await usedRegions(device)) {
          for (const access of region.writable ? of(region) : []) {
            await writeOnce(bench, device, region, access, pattern);
          }
        }
        await bench.settle(10);
        await done(bench, `info after writes of ${hex(pattern)} to everything`, device.info());
      },
      unless('no region can be written', async (device) => {
        return (await usedRegions(device)).some(({ writable }) => writable);
      }),
    ),
  ),
]);

async function readOnce(
  bench: Bench,
  device: Device,
  region: UsedRegion,
  [offset, length]: Access,
): Promise<void> {
  const answer = await readAt(bench, device, region, offset, length);
  if ('value' in answer && answer.value.length !== length) {
    const served = `${answer.value.length} of ${length} bytes`;
    fail(`a read at ${hex(offset)} of region ${region.index} served ${served}`);
  }
}

async function writeOnce(
  bench: Bench,
  device: Device,
  region: UsedRegion,
  [offset, length]: Access,
  pattern: number,
): Promise<void> {
  const from = new Uint8Array(length).fill(pattern);
  const answer = await writeAt(bench, device, region, offset, from);
  if ('value' in answer && answer.value !== length) {
    fail(
      `a write at ${hex(offset)} of region ${region.index} served ${answer.value} of ${length} bytes`,
    );
  }
  if (from.some((byte) => byte !== pattern)) {
    fail(`a write at ${hex(offset)} of region ${region.index} changed the buffer of its client`);
  }
}
