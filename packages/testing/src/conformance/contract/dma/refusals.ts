import type { DmaMap, Iova } from '@mdevkit/core';
import { expect } from 'chai';
import type { ConformanceCheck } from '../../check.js';
import { check, done, ready, refused } from '../support/index.js';

const map = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map';
const unmap = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap';
const PAGE = 4096;
/** Where two pages are mapped before each call, and how many bytes. */
const BASE = 16 * PAGE;
const MAPPED = 2 * PAGE;

type Refusal<T> = readonly [id: string, rule: string, code: string, calls: readonly T[]];
type MapCall = Partial<Omit<DmaMap, 'memory'>> & { readonly bytes?: number };

const maps: readonly Refusal<MapCall>[] = [
  ['size', 'row map size: nothing is to be mapped', 'EINVAL', [{ bytes: 0 }, { size: 0 }]],
  [
    'overflow',
    'row map overflow: the range reaches over 2^64, or the IOVA is none',
    'EOVERFLOW',
    [
      { iova: 2n ** 64n - 4096n, bytes: 2 * PAGE },
      { iova: 2n ** 64n },
      { iova: -1 },
      { iova: 0.5 },
    ],
  ],
  [
    'hostile',
    'row map hostile: a size or an offset below 0, broken, or beyond 2^53',
    'EOVERFLOW',
    [{ size: -PAGE }, { size: Number.NaN }, { size: 2 ** 60 }, { offset: -PAGE }, { offset: 0.5 }],
  ],
  [
    'flags',
    'row map flags: neither reading nor writing',
    'EINVAL',
    [{ read: false, write: false }],
  ],
  [
    'alignment',
    'row map alignment: no multiple of a page',
    'EINVAL',
    [
      { iova: 1 },
      { iova: 2048 },
      { bytes: 100 },
      { bytes: PAGE + 1 },
      { bytes: 2 * PAGE, offset: 8, size: PAGE },
    ],
  ],
  [
    'overlap-exact',
    'row map overlap: the very range is mapped',
    'EEXIST',
    [{ iova: BASE, bytes: MAPPED }],
  ],
  [
    'overlap-part',
    'row map overlap: a part of the range is mapped',
    'EEXIST',
    [
      { iova: BASE - PAGE, bytes: 2 * PAGE },
      { iova: BASE + PAGE, bytes: 2 * PAGE },
      { iova: BASE + PAGE },
      { iova: BASE - PAGE, bytes: MAPPED + 2 * PAGE },
    ],
  ],
  [
    'memory',
    'row map memory: the memory ends before the map',
    'EFAULT',
    [{ size: 2 * PAGE }, { offset: PAGE, size: PAGE }],
  ],
];

const unmaps: readonly Refusal<readonly [Iova, number]>[] = [
  [
    'size',
    'row unmap size: an empty range',
    'EINVAL',
    [
      [BASE, 0],
      [0, 0],
    ],
  ],
  [
    'alignment',
    'row unmap alignment: no multiple of a page',
    'EINVAL',
    [
      [BASE + 1, PAGE],
      [BASE, 100],
    ],
  ],
  [
    'overflow',
    'row unmap overflow: the range reaches over 2^64',
    'EOVERFLOW',
    [[2n ** 64n - 4096n, 2 * PAGE]],
  ],
  [
    'hostile',
    'row unmap hostile: a size that is none',
    'EOVERFLOW',
    [
      [BASE, -PAGE],
      [BASE, Number.NaN],
      [BASE, 2 ** 60],
    ],
  ],
  ['cut-first', 'row unmap cut: the range begins inside a map', 'EINVAL', [[BASE + PAGE, PAGE]]],
  [
    'cut-last',
    'row unmap cut: the range ends inside a map',
    'EINVAL',
    [
      [BASE, PAGE],
      [BASE - PAGE, 2 * PAGE],
    ],
  ],
];

/** Maps and unmaps that are refused, and change nothing. */
export const refusalChecks: readonly ConformanceCheck[] = [
  ...maps.map(([id, rule, code, calls]) =>
    check(`map-${id}`, `${rule}: ${code}, and the maps stay (${map})`, async (bench) => {
      const device = await ready(bench);
      await done(bench, 'a map', device.dmaMap({ iova: BASE, memory: new Uint8Array(MAPPED) }));
      for (const { bytes = PAGE, ...rest } of calls) {
        const call = device.dmaMap({ iova: 0, memory: new Uint8Array(bytes), ...rest });
        await refused(bench, `a map, ${rule}`, code, call);
      }
      const whole = device.dmaUnmap(0, 64 * PAGE);
      expect(await done(bench, 'an unmap of everything', whole), 'mapped bytes').to.equal(MAPPED);
    }),
  ),
  ...unmaps.map(([id, rule, code, calls]) =>
    check(`unmap-${id}`, `${rule}: ${code}, and the maps stay (${unmap})`, async (bench) => {
      const device = await ready(bench);
      await done(bench, 'a map', device.dmaMap({ iova: BASE, memory: new Uint8Array(MAPPED) }));
      for (const [iova, size] of calls) {
        await refused(bench, `an unmap, ${rule}`, code, device.dmaUnmap(iova, size));
      }
      const whole = device.dmaUnmap(0, 64 * PAGE);
      expect(await done(bench, 'an unmap of everything', whole), 'mapped bytes').to.equal(MAPPED);
    }),
  ),
];
