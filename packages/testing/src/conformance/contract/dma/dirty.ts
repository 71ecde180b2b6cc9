import type { Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP,
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_SET,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { check, done, ready, scribble, SEED } from '../support/index.js';

const PAGE = 4096;
const PAGES = 64;
const source = 'include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING_START';
const seeds = [SEED, SEED + 1, SEED + 2];

/** Which memory the device says that it wrote to: a migration copies no other page again. */
export const dirtyChecks: readonly ConformanceCheck[] = [
  ...seeds.map((seed, i) =>
    check(
      `dirty-${i}`,
      `every page that DMA has changed is in the report, sequence ${i} (${source})`,
      async (bench) => {
        const device = await ready(bench);
        const memory = new Uint8Array(PAGES * PAGE);
        await done(bench, 'a map', device.dmaMap({ iova: 0, memory }));
        await scribble(bench, device, 100, seed + 100);
        await bench.settle(100);
        const before = memory.slice();
        await start(bench, device);
        await scribble(bench, device, 200, seed);
        await bench.settle(100);
        const changed = [...Array(PAGES).keys()].filter(
          (page) => Buffer.compare(pageOf(memory, page), pageOf(before, page)) !== 0,
        );
        const reported = await report(bench, device);
        expect(
          changed.filter((page) => !reported.has(page)),
          'pages that DMA changed and the report does not name',
        ).to.deep.equal([]);
        await stop(bench, device);
      },
    ),
  ),
  check(
    'dirty-quiet',
    `a device that nobody asks for anything dirties nothing, and a report clears what it names (${source})`,
    async (bench) => {
      const device = await ready(bench);
      const memory = new Uint8Array(PAGES * PAGE);
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory }));
      await start(bench, device);
      expect([...(await report(bench, device))], 'pages of a new device').to.deep.equal([]);
      await scribble(bench, device);
      await bench.settle(100);
      await report(bench, device);
      const left = [...(await report(bench, device))];
      const pinned = left.length > 0 ? [...(await report(bench, device))] : [];
      expect(left, 'pages of a second report: none, or what is pinned').to.deep.equal(pinned);
    },
  ),
];

function pageOf(memory: Uint8Array, page: number): Uint8Array {
  return memory.subarray(page * PAGE, (page + 1) * PAGE);
}

async function start(bench: Bench, device: Device): Promise<void> {
  const payload = new Uint8Array(16);
  new DataView(payload.buffer).setBigUint64(0, BigInt(PAGE), true);
  const flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_START;
  await done(bench, 'a start of DMA logging', device.feature(flags, payload));
}

async function stop(bench: Bench, device: Device): Promise<void> {
  const flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP;
  await done(bench, 'a stop of DMA logging', device.feature(flags, new Uint8Array(0)));
}

/** The pages of a report; it begins with what was asked, and the bitmap follows. */
async function report(bench: Bench, device: Device): Promise<ReadonlySet<number>> {
  const head = 24;
  const payload = new Uint8Array(head + PAGES / 8);
  const view = new DataView(payload.buffer);
  view.setBigUint64(8, BigInt(PAGES * PAGE), true);
  view.setBigUint64(16, BigInt(PAGE), true);
  const flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT;
  const { data } = await done(bench, 'a report', device.feature(flags, payload));
  const pages = [...Array(PAGES).keys()];
  return new Set(
    pages.filter((page) => ((data[head + (page >> 3)] ?? 0) & (1 << (page & 7))) !== 0),
  );
}
