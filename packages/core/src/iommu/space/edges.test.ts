import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { map, unmap } from './space.test-support.js';
import { END } from './type1.test-support.js';

const LAST_PAGE = END - BigInt(PAGE);

for (const personality of ['type1v2', 'iommufd'] as const) {
  describe(`the edges of the addresses, ${personality} (vfio_iommu_type1.c; io_pagetable.c)`, () => {
    it('address last page: the last page can be mapped, used and unmapped', () => {
      const space = new AddressSpace({ personality });
      expect(map(space, { iova: LAST_PAGE })).to.equal(LAST_PAGE);
      expect(space.find(END - 1n)?.memoryOffset(END - 1n)).to.equal(PAGE - 1);
      expect(space.find(LAST_PAGE - 1n)).to.equal(undefined);
      expect(map(space, { iova: LAST_PAGE })).to.equal('EEXIST dma.overlap');
      expect(unmap(space, LAST_PAGE, PAGE)).to.equal(PAGE);
    });

    it('address end: a range that would reach over the end is EOVERFLOW, for map and unmap', () => {
      const space = new AddressSpace({ personality });
      expect(map(space, { iova: LAST_PAGE, size: 2 * PAGE })).to.equal('EOVERFLOW dma.overflow');
      expect(unmap(space, LAST_PAGE, 2 * PAGE)).to.equal('EOVERFLOW dma.overflow');
    });

    it('address forms: one address is one map, whether it comes as number or as bigint', () => {
      const space = new AddressSpace({ personality });
      expect(map(space, { iova: 2n ** 40n })).to.equal(2 ** 40);
      expect(map(space, { iova: 2 ** 40 })).to.equal('EEXIST dma.overlap');
      expect(space.find(2 ** 40)).to.equal(space.find(2n ** 40n));
      expect(unmap(space, 2 ** 40, BigInt(PAGE))).to.equal(PAGE);
    });

    it('address exact: addresses on both sides of 2^53 are told apart', () => {
      const space = new AddressSpace({ personality });
      const edge = 2n ** 53n;
      const start = Number(edge) - PAGE;
      expect(map(space, { iova: start, size: 2 * PAGE })).to.equal(start);
      const area = space.find(start);
      for (const offset of [-1n, 0n, 1n, BigInt(PAGE) - 1n]) {
        expect(space.find(edge + offset)).to.equal(area);
        expect(area?.memoryOffset(edge + offset)).to.equal(PAGE + Number(offset));
      }
      expect(space.find(edge + BigInt(PAGE))).to.equal(undefined);
      expect(area?.last).to.equal(edge + BigInt(PAGE) - 1n);
      expect(unmap(space, start, 2 * PAGE)).to.equal(2 * PAGE);
      expect(space.find(edge)).to.equal(undefined);
    });

    for (const iova of [-1, -1n, END, 0.5, NaN, Infinity, 2 ** 53]) {
      it(`address none: ${iova} (${typeof iova}) is no address: EOVERFLOW`, () => {
        const space = new AddressSpace({ personality });
        expect(map(space, { iova })).to.equal('EOVERFLOW dma.overflow');
        expect(unmap(space, iova, PAGE)).to.equal('EOVERFLOW dma.overflow');
        expect(unmap(space, iova, END - 1n)).to.equal('EOVERFLOW dma.overflow');
      });
    }
  });
}

describe('options of an address space (own rule: a mistake in a program is a TypeError or a RangeError)', () => {
  for (const mapLimit of [NaN, -1, 1.5]) {
    it(`space options: a limit of ${mapLimit} maps is a RangeError`, () => {
      expect(() => new AddressSpace({ mapLimit })).to.throw(RangeError);
    });
  }

  it('space options: an unknown personality is a TypeError', () => {
    const personality = 'type1' as 'type1v2';
    expect(() => new AddressSpace({ personality })).to.throw(TypeError);
  });
});
