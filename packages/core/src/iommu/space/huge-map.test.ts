import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { map, MOCK, MOCK_START, snapshot, unmap } from './space.test-support.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd.c, vfio_compat_mock_domain.huge_map';
const HUGE = 2 ** 21;

/** Half of a huge map at its start and at its end, its middle, one page of it, and more than it at one side. */
const CUTS: readonly (readonly [offset: number, size: number])[] = [
  [0, HUGE / 2],
  [HUGE / 2, HUGE / 2],
  [HUGE / 4, HUGE / 2],
  [HUGE - PAGE, PAGE],
  [0, PAGE],
  [-PAGE, 2 * PAGE],
];

describe(`${SOURCE}: only type1v1 cuts a map that is one huge page`, () => {
  for (const [personality, answer] of [
    ['iommufd', 'ENOENT ioas.cut'],
    ['type1v2', 'EINVAL dma.cut'],
  ] as const) {
    for (const isConstrained of [false, true]) {
      it(`huge map: ${personality}, ${isConstrained ? 'with' : 'without'} a domain: every cut is ${answer}, and the map stays whole`, () => {
        const space = new AddressSpace({ personality });
        if (isConstrained) {
          space.constrain(MOCK, MOCK);
        }
        const iova = 2 * MOCK_START;
        expect(map(space, { iova, size: HUGE })).to.equal(iova);
        expect(map(space, { iova: iova + 2 * HUGE, size: HUGE })).to.equal(iova + 2 * HUGE);
        const before = snapshot(space);
        for (const [offset, size] of CUTS) {
          expect(unmap(space, iova + offset, size), `${offset}+${size}`).to.equal(answer);
          expect(snapshot(space)).to.deep.equal(before);
        }
        expect(unmap(space, iova, HUGE), 'exactly').to.equal(HUGE);
        expect(unmap(space, iova, 4 * HUGE), 'around').to.equal(HUGE);
      });
    }
  }
});
