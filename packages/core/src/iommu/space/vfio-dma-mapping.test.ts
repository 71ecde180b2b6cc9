import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { map, unmap } from './space.test-support.js';

const SOURCE = 'tools/testing/selftests/vfio/vfio_dma_mapping_test.c';
const KINDS = [
  ['anonymous', PAGE],
  ['anonymous_hugetlb_2mb', 2 ** 21],
  ['anonymous_hugetlb_1gb', 2 ** 30],
] as const;

/** Each limit test maps the very last page of the last range. */
function lastPage(space: AddressSpace): bigint {
  const last = space.usableRanges.at(-1)?.last ?? 0;
  return BigInt(last) + 1n - BigInt(PAGE);
}

for (const personality of ['type1v2', 'iommufd'] as const) {
  describe(`${SOURCE}, mode ${personality}`, () => {
    for (const [kind, size] of KINDS) {
      it(`unmap exact: dma_map_unmap, ${kind}: the exact size is unmapped, and a lookup fails afterwards`, () => {
        const space = new AddressSpace({ personality });
        expect(map(space, { iova: size, size })).to.equal(size);
        expect(space.find(2 * size - 1)?.memoryOffset(2 * size - 1)).to.equal(size - 1);
        expect(space.find(size - 1)).to.equal(undefined);
        expect(unmap(space, size, size)).to.equal(size);
        expect([space.find(size), space.find(2 * size - 1)]).to.deep.equal([undefined, undefined]);
      });
    }

    for (const aperture of [2n ** 64n, 2n ** 48n, 2n ** 39n]) {
      const limited = (): AddressSpace => {
        const space = new AddressSpace({ personality });
        if (aperture < 2n ** 64n) {
          space.constrain(space, { reserved: [{ start: aperture, last: 2n ** 64n - 1n }] });
        }
        return space;
      };

      it(`vfio_dma_map_limit_test, unmap_range: the last page below ${aperture}`, () => {
        const space = limited();
        const iova = lastPage(space);
        expect(iova).to.equal(aperture - BigInt(PAGE));
        expect(BigInt(map(space, { iova }))).to.equal(iova);
        expect(unmap(space, iova, PAGE)).to.equal(PAGE);
      });

      it(`vfio_dma_map_limit_test, unmap_all: the last page below ${aperture}`, () => {
        const space = limited();
        map(space, { iova: lastPage(space) });
        expect(space.unmapAll()).to.equal(PAGE);
        expect(space.mapCount).to.equal(0);
      });

      it(`vfio_dma_map_limit_test, overflow: a range that wraps is EOVERFLOW below ${aperture}`, () => {
        const space = limited();
        const iova = 2n ** 64n - BigInt(PAGE);
        expect(map(space, { iova, size: 2 * PAGE })).to.equal('EOVERFLOW dma.overflow');
        expect(unmap(space, iova, 2 * PAGE)).to.equal('EOVERFLOW dma.overflow');
      });
    }
  });
}
