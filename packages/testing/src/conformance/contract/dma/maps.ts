import type { Iova } from '@mdevkit/core';
import { expect } from 'chai';
import type { ConformanceCheck } from '../../check.js';
import { awake, check, done, ready, scribble, unlessReset } from '../support/index.js';

const type1 = 'drivers/vfio/vfio_iommu_type1.c';
const PAGE = 4096;

/** Maps and unmaps that are done, one after the other; the number is the bytes that an unmap answers. */
type Step = readonly ['map', Iova, number] | readonly ['unmap', Iova, number, number];

const sequences: readonly (readonly [id: string, rule: string, steps: readonly Step[]])[] = [
  [
    'exact',
    'row unmap exact: an unmap answers with what was mapped, and nothing is there afterwards',
    [
      ['map', 0, PAGE],
      ['unmap', 0, PAGE, PAGE],
      ['unmap', 0, PAGE, 0],
    ],
  ],
  [
    'hole',
    'row unmap holes: nothing is mapped there',
    [
      ['unmap', 0, PAGE, 0],
      ['unmap', 2 ** 40, 16 * PAGE, 0],
    ],
  ],
  [
    'several',
    'row unmap holes: several maps and holes',
    [
      ['map', 0, PAGE],
      ['map', 2 * PAGE, 2 * PAGE],
      ['unmap', 0, 8 * PAGE, 3 * PAGE],
    ],
  ],
  [
    'neighbours',
    'row map neighbours: maps may touch, and go one by one',
    [
      ['map', 0, PAGE],
      ['map', PAGE, PAGE],
      ['unmap', PAGE, PAGE, PAGE],
      ['unmap', 0, PAGE, PAGE],
    ],
  ],
  [
    'last-page',
    'row address last page: it can be mapped and unmapped',
    [
      ['map', 2n ** 64n - 4096n, PAGE],
      ['unmap', 2n ** 64n - 4096n, PAGE, PAGE],
    ],
  ],
  [
    'forms',
    'row address forms: the same address as number and as bigint',
    [
      ['map', 5 * PAGE, PAGE],
      ['unmap', BigInt(5 * PAGE), PAGE, PAGE],
    ],
  ],
  [
    'again',
    'row unmap exact: the same range can be mapped again and again',
    Array.from({ length: 16 }, (): Step[] => [
      ['map', PAGE, PAGE],
      ['unmap', PAGE, PAGE, PAGE],
    ]).flat(),
  ],
];

/** What a client lends, while the device is at work. */
export const mapChecks: readonly ConformanceCheck[] = [
  ...sequences.map(([id, rule, steps]) =>
    check(id, `${rule} (${type1}, vfio_dma_do_unmap)`, async (bench) => {
      const device = await ready(bench);
      for (const [step, iova, size, bytes] of steps) {
        const what = `${step} of ${size} bytes at ${iova}`;
        if (step === 'map') {
          await done(bench, what, device.dmaMap({ iova, memory: new Uint8Array(size) }));
        } else {
          expect(await done(bench, what, device.dmaUnmap(iova, size)), what).to.equal(bytes);
        }
      }
    }),
  ),
  check(
    'busy',
    'rows quiesce calls, quiesce waits: maps and unmaps are done while the device is at work (vfio-user protocol specification, DMA_UNMAP)',
    async (bench) => {
      const device = await ready(bench);
      for (let turn = 0; turn < 8; turn++) {
        const iova = turn * PAGE;
        await done(bench, 'a map', device.dmaMap({ iova, memory: new Uint8Array(PAGE) }));
        await scribble(bench, device, 40, turn);
        const bytes = await done(bench, 'an unmap', device.dmaUnmap(iova, PAGE));
        expect(bytes, `bytes of unmap ${turn}`).to.equal(PAGE);
      }
    },
  ),
  check(
    'at-once',
    'row quiesce shared: maps and unmaps of the same time are all done (own rule)',
    async (bench) => {
      const device = await ready(bench);
      await scribble(bench, device, 40);
      const iovas = Array.from({ length: 8 }, (_, i) => i * PAGE);
      const map = iovas.map((iova) => device.dmaMap({ iova, memory: new Uint8Array(PAGE) }));
      await done(bench, 'maps at once', Promise.all(map));
      const unmap = iovas.map((iova) => device.dmaUnmap(iova, PAGE));
      expect(await done(bench, 'unmaps at once', Promise.all(unmap))).to.deep.equal(
        iovas.map(() => PAGE),
      );
    },
  ),
  check(
    'reset',
    'row reset keeps: DMA maps stay (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_reset)',
    async (bench) => {
      const device = await ready(bench);
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory: new Uint8Array(PAGE) }));
      await done(bench, 'a reset', device.reset());
      expect(await done(bench, 'an unmap', device.dmaUnmap(0, PAGE)), 'mapped bytes').to.equal(
        PAGE,
      );
    },
    unlessReset,
  ),
  check(
    'close',
    `row fresh open: the next client has no maps (${type1}, vfio_iommu_type1_release)`,
    async (bench) => {
      const { uuid } = await bench.create();
      const device = await bench.host.open(uuid);
      await awake(bench, device);
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory: new Uint8Array(PAGE) }));
      await done(bench, 'a close', device.close());
      await using next = await bench.host.open(uuid);
      expect(await done(bench, 'an unmap', next.dmaUnmap(0, PAGE)), 'mapped bytes').to.equal(0);
    },
  ),
];
