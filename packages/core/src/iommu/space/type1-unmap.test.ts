import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { map, pages, unmap } from './space.test-support.js';
import { END } from './type1.test-support.js';

const UNMAP = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap, v2';

function spaceOf(...ranges: readonly (readonly [page: number, count: number])[]): AddressSpace {
  const space = new AddressSpace();
  for (const [page, count] of ranges) {
    map(space, { iova: page * PAGE, size: count * PAGE });
  }
  return space;
}

describe(`unmap (${UNMAP})`, () => {
  it('unmap holes: a hole is 0, not an error', () => {
    expect(unmap(new AddressSpace(), 0, PAGE)).to.equal(0);
    expect(unmap(spaceOf([0, 1], [3, 1]), PAGE, 2 * PAGE)).to.equal(0);
  });

  it('unmap holes: several maps and holes add up', () => {
    const space = spaceOf([1, 2], [4, 1], [6, 1]);
    expect(unmap(space, 0, 6 * PAGE)).to.equal(3 * PAGE);
    expect(pages(space)).to.equal('......x.');
  });

  for (const [shape, page, count] of [
    ['its start', 2, 2],
    ['its end', 0, 2],
    ['both ends', 2, 1],
    ['the second of two', 1, 5],
    ['the first of two', 2, 6],
  ] as const) {
    it(`unmap cut: a range that cuts a map (${shape}) is EINVAL, and nothing is removed`, () => {
      const space = spaceOf([1, 3], [5, 2]);
      expect(unmap(space, page * PAGE, count * PAGE)).to.equal('EINVAL dma.cut');
      expect(pages(space)).to.equal('.xxx.xx.');
      expect(space.mapCount).to.equal(2);
    });
  }

  it('unmap size: size 0 is EINVAL before everything else, also as a bigint', () => {
    for (const size of [0, 0n]) {
      expect(unmap(new AddressSpace(), 1, size)).to.equal('EINVAL dma.size');
      expect(unmap(new AddressSpace(), END, size)).to.equal('EINVAL dma.size');
    }
  });

  it('unmap alignment: an unaligned range is EINVAL, before it could cut', () => {
    const space = spaceOf([0, 2]);
    expect(unmap(space, 1, PAGE)).to.equal('EINVAL dma.alignment');
    expect(unmap(space, 0, PAGE + 1)).to.equal('EINVAL dma.alignment');
  });

  it('unmap overflow: it comes after the alignment, unlike in a map', () => {
    const space = new AddressSpace();
    expect(unmap(space, END - 1n, PAGE)).to.equal('EINVAL dma.alignment');
    expect(unmap(space, END - BigInt(PAGE), 2 * PAGE)).to.equal('EOVERFLOW dma.overflow');
    expect(map(space, { iova: END - 1n })).to.equal('EOVERFLOW dma.overflow');
  });

  for (const size of [-PAGE, 0.5, NaN, Infinity, END]) {
    it(`unmap hostile: size ${size} is refused (own rule: hostile client)`, () => {
      expect(unmap(spaceOf([0, 1]), 0, size)).to.equal('EOVERFLOW dma.overflow');
    });
  }

  it('unmap everything: unmapAll leaves nothing, and answers with all bytes', () => {
    const space = spaceOf([0, 1], [2, 1]);
    expect(space.unmapAll()).to.equal(2 * PAGE);
    expect([pages(space), space.mapCount]).to.deep.equal(['........', 0]);
  });
});

describe('memory that shrinks under its map (own rule: hostile client)', () => {
  it('bug: dma taken away: the map sees it, and unmaps with the size it was mapped with', () => {
    const space = new AddressSpace();
    const memory = new Uint8Array(2 * PAGE);
    space.map({ iova: 0, memory });
    structuredClone(memory, { transfer: [memory.buffer] });
    expect(memory.length, 'detached').to.equal(0);
    expect(space.find(0)?.memory.size).to.equal(0);
    expect(unmap(space, 0, 2 * PAGE)).to.equal(2 * PAGE);
  });
});
