import type { Dma } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { contentOf } from './descriptors.test-support.js';
import { TestDevice } from './device.test-support.js';
import { equal } from './dma-steps.test-support.js';
import { DmaLogging, type LoggedRange } from './dma-logging.test-support.js';

const LOGGING = 'include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING';
const PAGE = 4096;
const PAGES = 96;
const SIZE = PAGES * PAGE;
const IOVA = 0x10_0000;
/** What is copied from: not memory that is migrated. */
const SOURCE = 0x4000_0000;
const LONGEST = 3 * PAGE;

const ways = ['write', 'fill', 'copy', 'scatter', 'view', 'rw', 'pin', 'register'] as const;
type Way = (typeof ways)[number];

const write = fc.record({
  way: fc.constantFrom(...ways),
  offset: fc.nat(SIZE - LONGEST),
  length: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: LONGEST })),
});

/** The writes between two reports. */
const rounds = fc.array(fc.array(write, { maxLength: 12 }), { maxLength: 5 });

const writers: Readonly<
  Record<Exclude<Way, 'register'>, (dma: Dma, at: number, data: Uint8Array) => void>
> = {
  write: (dma, at, data) => dma.write(at, data),
  fill: (dma, at, data) => dma.fill(at, data.length, data[0]!),
  copy: (dma, at, data) => dma.copy(at, SOURCE, data.length),
  // The end first, so that the segments are not in order.
  scatter: (dma, at, data) => {
    const half = data.length >> 1;
    const segments = [
      { iova: at + half, length: data.length - half },
      { iova: at, length: half },
    ];
    dma.scatter(segments, data);
  },
  view: (dma, at, data) => {
    for (const [index, view] of dma.views(at, data.length, 'write').entries()) {
      view.fill(data[index]!);
    }
  },
  rw: (dma, at, data) => {
    using access = dma.access({ name: 'writer' });
    access.rw(at, data, { write: true });
  },
  // Whole pages are pinned, and all of them may be written.
  pin: (dma, at, data) => {
    using access = dma.access({ name: 'pinner', needsPin: true, unmap: () => undefined });
    const start = at - (at % PAGE);
    using range = access.pin(start, at + data.length - start, { write: true });
    range.views().forEach((view) => view.fill(data[0]!));
  },
};

/** A device whose memory is one map or two. */
async function lend(device: TestDevice, memory: SharedMemory, source: Uint8Array): Promise<void> {
  const first = 32 * PAGE;
  await device.client.dmaMap({ iova: IOVA, memory, size: first });
  await device.client.dmaMap({ iova: IOVA + first, memory, offset: first, size: SIZE - first });
  await device.client.dmaMap({ iova: SOURCE, memory: source, write: false });
}

/** The pages in which two snapshots differ and that lie in one of the ranges; all lie in none. */
function changedPages(
  before: Uint8Array,
  after: Uint8Array,
  pageSize: number,
  ranges: readonly LoggedRange[],
): number[] {
  const isLogged = (iova: number): boolean =>
    ranges.length === 0 || ranges.some((r) => iova >= r.iova && iova < r.iova + r.length);
  const pages = new Set<number>();
  for (let at = 0; at < before.length; at += PAGE) {
    const differs = Buffer.compare(before.subarray(at, at + PAGE), after.subarray(at, at + PAGE));
    if (differs !== 0 && isLogged(IOVA + at)) {
      pages.add(Math.floor(at / pageSize));
    }
  }
  return [...pages];
}

describe(`logging of SharedMemory that a device writes (${LOGGING}_REPORT)`, () => {
  for (const [what, ranges] of [
    ['everything', []],
    [
      'two ranges',
      [
        { iova: IOVA + 8 * PAGE, length: 40 * PAGE },
        { iova: IOVA + 64 * PAGE, length: 8 * PAGE },
      ],
    ],
  ] as const) {
    for (const pageSize of [PAGE, 4 * PAGE]) {
      it(`${what}, by pages of ${pageSize} bytes: the pages reported are those that changed`, async () => {
        using memory = SharedMemory.create(SIZE);
        const source = new Uint8Array(LONGEST + PAGE - (LONGEST % PAGE));
        await using device = await TestDevice.open();
        await lend(device, memory, source);
        const logging = new DmaLogging(device.client);
        await fc.assert(
          fc.asyncProperty(rounds, async (all) => {
            // Of each byte no value comes twice, so that what was written has changed.
            let value = 0;
            memory.bytes!.fill(0);
            await logging.start(PAGE, ranges);
            let before = contentOf(memory.fd, SIZE);
            for (const writes of all) {
              for (const { way, offset, length } of writes) {
                value += 1;
                source.fill(value);
                if (way === 'register') {
                  await device.fill(IOVA + offset, length, value);
                } else {
                  writers[way](device.dma, IOVA + offset, source.subarray(0, length));
                }
              }
              const after = contentOf(memory.fd, SIZE);
              const dirty = await logging.report({ iova: IOVA, length: SIZE }, pageSize);
              expect(dirty).to.deep.equal(changedPages(before, after, pageSize, ranges));
              before = after;
            }
            expect(await logging.report({ iova: IOVA, length: SIZE }, PAGE)).to.deep.equal([]);
            await logging.stop();
          }),
          { seed: 20261121, numRuns: 40 },
        );
      });
    }
  }

  it(`a destination that gets the reported pages only is the same in the end (${LOGGING}_STOP)`, async () => {
    using memory = SharedMemory.create(SIZE);
    using destination = SharedMemory.create(SIZE);
    const source = new Uint8Array(LONGEST);
    await using device = await TestDevice.open();
    await lend(device, memory, source);
    const logging = new DmaLogging(device.client);
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        await logging.start(PAGE, []);
        destination.write(0, memory.bytes!);
        for (const [round, writes] of all.entries()) {
          source.fill(round + 1);
          for (const { way, offset, length } of writes) {
            const action = writers[way === 'register' ? 'fill' : way];
            action(device.dma, IOVA + offset, source.subarray(0, length));
          }
          for (const page of await logging.report({ iova: IOVA, length: SIZE }, PAGE)) {
            destination.write(page * PAGE, memory.view(page * PAGE, PAGE)!);
          }
          equal(contentOf(destination.fd, SIZE), contentOf(memory.fd, SIZE));
        }
        await logging.stop();
      }),
      { seed: 20261121, numRuns: 40 },
    );
  });

  it(`a log that was stopped is gone: no report, and a new one begins clean (${LOGGING}_STOP)`, async () => {
    using memory = SharedMemory.create(SIZE);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: IOVA, memory });
    const logging = new DmaLogging(device.client);
    const all = { iova: IOVA, length: SIZE };
    await logging.start(PAGE, []);
    device.dma.fill(IOVA, SIZE, 1);
    await logging.stop();
    const refused = await logging.report(all, PAGE).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'EINVAL', reason: 'dirty.off' });
    await logging.start(PAGE, []);
    device.dma.fill(IOVA + 5 * PAGE, 1, 2);
    expect(await logging.report(all, PAGE)).to.deep.equal([5]);
  });
});
