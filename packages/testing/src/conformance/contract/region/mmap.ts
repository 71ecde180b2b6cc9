import { VFIO_REGION_INFO_FLAG_MMAP } from '@mdevkit/uapi';
import { expect } from 'chai';
import type { ConformanceCheck } from '../../check.js';
import { check, done, ready, refused, unless, usedRegions } from '../support/index.js';

/** Bytes. */
export const PAGE = 4096;
const core = 'drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_mmap';
const header = 'include/uapi/linux/vfio.h, VFIO_REGION_INFO_CAP_SPARSE_MMAP';

export const unlessMappable = unless('no region can be mapped', async (device) => {
  return (await usedRegions(device)).some(({ areas }) => areas.length > 0);
});

/** What of a region can be mapped. */
export const mmapChecks: readonly ConformanceCheck[] = [
  ...refusals(),
  check(
    'mmap-areas',
    `row sparse areas: areas are whole pages inside their region and do not overlap (${header})`,
    async (bench) => {
      const device = await ready(bench);
      for (const { index, size, areas } of await usedRegions(device)) {
        const { flags } = await device.regionInfo(index);
        expect((flags & VFIO_REGION_INFO_FLAG_MMAP) !== 0, `MMAP flag of region ${index}`).to.equal(
          areas.length > 0,
        );
        let end = 0;
        for (const area of [...areas].sort((a, b) => a.offset - b.offset)) {
          expect([area.offset % PAGE, area.size % PAGE], `region ${index}`).to.deep.equal([0, 0]);
          expect(area.offset, `an area of region ${index}`).to.be.at.least(end);
          end = area.offset + area.size;
          expect(end, `the end of an area of region ${index}`).to.be.at.most(size);
        }
      }
    },
  ),
  check(
    'mmap-whole',
    `every area can be mapped as a whole, once its size is a multiple of a page (${core})`,
    async (bench) => {
      const device = await ready(bench);
      for (const { index, areas } of await usedRegions(device)) {
        for (const { offset, size } of areas) {
          const call = device.mmap(index, offset, size);
          using mapping = await done(bench, `a map of an area of region ${index}`, call);
          expect(mapping.bytes.length).to.equal(size);
        }
      }
    },
    unlessMappable,
  ),
  check(
    'mmap-outside',
    `row sparse areas: what is not in an area cannot be mapped (${header})`,
    async (bench) => {
      const device = await ready(bench);
      for (const { index, size, areas } of await usedRegions(device)) {
        for (let offset = 0; offset < Math.min(size, 64 * PAGE); offset += PAGE) {
          const isInside = areas.some(
            (area) => offset >= area.offset && offset + PAGE <= area.offset + area.size,
          );
          if (!isInside) {
            const what = `a map of page ${offset / PAGE} of region ${index}`;
            await refused(bench, what, 'EINVAL', device.mmap(index, offset, PAGE));
          }
        }
      }
    },
  ),
];

function refusals(): readonly ConformanceCheck[] {
  const cases: readonly (readonly [string, string, number, (size: number) => number])[] = [
    ['empty', 'an empty map', 0, () => 0],
    ['unaligned', 'a map that does not begin at a page', 1, () => PAGE],
    ['beyond', 'a map over the end', 0, (size) => Math.ceil(size / PAGE) * PAGE + PAGE],
    ['broken', 'a map of no number of bytes', 0, () => -PAGE],
  ];
  return cases.map(([id, words, offset, length]) =>
    check(`mmap-${id}`, `row mmap range: ${words} is EINVAL (${core})`, async (bench) => {
      const device = await ready(bench);
      for (const { index, size } of await usedRegions(device)) {
        const call = device.mmap(index, offset, length(size));
        await refused(bench, `${words} of region ${index}`, 'EINVAL', call);
      }
    }),
  );
}
