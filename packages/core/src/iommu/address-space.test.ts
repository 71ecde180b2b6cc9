import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from './address-space.js';
import type { Iova } from './dma.js';

const MAP = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map';
const UNMAP = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap, v2';
const END = 2n ** 64n;

function map(space: AddressSpace, iova: Iova, size: number, read = true, write = true): unknown {
  return outcome(() => {
    space.map(iova, new Uint8Array(size), read, write);
    return 'mapped';
  });
}

function unmap(space: AddressSpace, iova: Iova, size: number): unknown {
  return outcome(() => space.unmap(iova, size));
}

/** Which of the first pages are mapped, one letter each. */
function pages(space: AddressSpace, count = 8): string {
  return Array.from({ length: count }, (_, page) =>
    space.translate(page * PAGE, 'read') === undefined ? '.' : 'x',
  ).join('');
}

/** The rules of MAP in their order: what breaks each, to be mixed. */
interface MapCall {
  iova: Iova;
  size: number;
  read: boolean;
}
const mapRules: readonly [answer: string, break_: (call: MapCall) => void][] = [
  ['EINVAL dma.size', (call) => (call.size = 0)],
  ['EOVERFLOW dma.overflow', (call) => (call.iova = END - BigInt(PAGE))],
  ['EINVAL dma.flags', (call) => (call.read = false)],
  ['EINVAL dma.alignment', (call) => (call.size += 1)],
  ['EEXIST dma.overlap', (call) => (call.iova = typeof call.iova === 'bigint' ? call.iova : 0)],
];

describe(`map: the rules and their order (${MAP})`, () => {
  for (let broken = 0; broken < 1 << mapRules.length; broken++) {
    const chosen = mapRules.filter((_, i) => (broken & (1 << i)) !== 0);
    const expected = chosen[0]?.[0] ?? 'ENOSPC dma.limit';
    const rule = expected.replace(/^.*dma\./, 'map ');
    const title = chosen.map(([answer]) => answer.split('.')[1]).join(' + ') || 'none';
    it(`${rule}: breaking ${title}, with no map left, is ${expected}`, () => {
      const space = new AddressSpace(1);
      map(space, 0, 4 * PAGE);
      const call: MapCall = { iova: 8 * PAGE, size: 2 * PAGE, read: true };
      for (const [, break_] of [...chosen].reverse()) {
        break_(call);
      }
      expect(map(space, call.iova, call.size, call.read, false)).to.equal(expected);
      expect(pages(space, 12)).to.equal('xxxx........');
    });
  }

  it('accepts up to the limit, and again when something was unmapped', () => {
    const space = new AddressSpace(2);
    expect(map(space, 0, PAGE)).to.equal('mapped');
    expect(map(space, PAGE, PAGE)).to.equal('mapped');
    expect(map(space, 2 * PAGE, PAGE)).to.equal('ENOSPC dma.limit');
    expect(unmap(space, 0, PAGE)).to.equal(PAGE);
    expect(map(space, 2 * PAGE, PAGE)).to.equal('mapped');
    expect(space.mapCount).to.equal(2);
  });

  it('an unaligned IOVA is EINVAL, as number and as bigint', () => {
    const space = new AddressSpace();
    expect(map(space, 1, PAGE)).to.equal('EINVAL dma.alignment');
    expect(map(space, 2n ** 63n + 1n, PAGE)).to.equal('EINVAL dma.alignment');
  });

  for (const [shape, iova, size] of [
    ['the same', 4, 4],
    ['inside', 5, 2],
    ['around', 2, 8],
    ['over the start', 3, 2],
    ['over the end', 7, 2],
  ] as const) {
    it(`a range that overlaps a map is EEXIST: ${shape}`, () => {
      const space = new AddressSpace();
      map(space, 4 * PAGE, 4 * PAGE);
      expect(map(space, iova * PAGE, size * PAGE)).to.equal('EEXIST dma.overlap');
      expect(pages(space, 10)).to.equal('....xxxx..');
    });
  }

  it('touching maps do not overlap', () => {
    const space = new AddressSpace();
    map(space, 4 * PAGE, PAGE);
    expect(map(space, 3 * PAGE, PAGE)).to.equal('mapped');
    expect(map(space, 5 * PAGE, PAGE)).to.equal('mapped');
    expect(pages(space)).to.equal('...xxx..');
  });
});

describe(`the end of the address space (${MAP})`, () => {
  it('the last page can be mapped, used and unmapped', () => {
    const space = new AddressSpace();
    const last = END - BigInt(PAGE);
    expect(map(space, last, PAGE)).to.equal('mapped');
    expect(space.translate(END - 1n, 'read')?.available).to.equal(1);
    expect(map(space, last, PAGE)).to.equal('EEXIST dma.overlap');
    expect(unmap(space, last, PAGE)).to.equal(PAGE);
  });

  it('a range that would reach over it is EOVERFLOW, for map and unmap', () => {
    const space = new AddressSpace();
    for (const call of [map, unmap]) {
      expect(call(space, END - BigInt(PAGE), 2 * PAGE)).to.equal('EOVERFLOW dma.overflow');
      expect(call(space, END - 1n, 2)).to.equal('EOVERFLOW dma.overflow');
    }
  });

  it('one address is one map, whether it comes as number or as bigint', () => {
    const space = new AddressSpace();
    map(space, 2n ** 40n, PAGE);
    expect(map(space, 2 ** 40, PAGE)).to.equal('EEXIST dma.overlap');
    expect(space.translate(2 ** 40, 'read')?.offset).to.equal(0);
    expect(unmap(space, 2 ** 40, PAGE)).to.equal(PAGE);
  });

  it('addresses on both sides of 2^53 are told apart', () => {
    const space = new AddressSpace();
    const edge = 2n ** 53n;
    map(space, edge - BigInt(PAGE), 2 * PAGE);
    expect(space.translate(edge - 1n, 'read')?.offset).to.equal(PAGE - 1);
    expect(space.translate(edge + 1n, 'read')?.offset).to.equal(PAGE + 1);
    expect(space.translate(edge + BigInt(PAGE), 'read')).to.equal(undefined);
    expect(unmap(space, edge - BigInt(PAGE), 2 * PAGE)).to.equal(2 * PAGE);
  });

  for (const iova of [-1, -1n, END, 0.5, NaN, Infinity, 2 ** 53]) {
    it(`${iova} (${typeof iova}) is no address: EOVERFLOW`, () => {
      const space = new AddressSpace();
      expect(map(space, iova, PAGE)).to.equal('EOVERFLOW dma.overflow');
      expect(unmap(space, iova, PAGE)).to.equal('EOVERFLOW dma.overflow');
    });
  }
});

describe(`unmap (${UNMAP})`, () => {
  const spaceOf = (
    ...ranges: readonly (readonly [page: number, count: number])[]
  ): AddressSpace => {
    const space = new AddressSpace();
    for (const [page, count] of ranges) {
      map(space, page * PAGE, count * PAGE);
    }
    return space;
  };

  it('unmap holes: a hole is 0, not an error', () => {
    expect(unmap(new AddressSpace(), 0, PAGE)).to.equal(0);
    expect(unmap(spaceOf([0, 1], [3, 1]), PAGE, 2 * PAGE)).to.equal(0);
  });

  it('several maps and holes add up', () => {
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

  it('unmap size: size 0 is EINVAL before everything else', () => {
    expect(unmap(new AddressSpace(), 1, 0)).to.equal('EINVAL dma.size');
    expect(unmap(new AddressSpace(), END, 0)).to.equal('EINVAL dma.size');
  });

  it('unmap overflow: overflow comes before alignment', () => {
    expect(unmap(new AddressSpace(), END - 1n, PAGE)).to.equal('EOVERFLOW dma.overflow');
  });

  it('unmap alignment: an unaligned range is EINVAL, before it could cut', () => {
    const space = spaceOf([0, 2]);
    expect(unmap(space, 1, PAGE)).to.equal('EINVAL dma.alignment');
    expect(unmap(space, 0, PAGE + 1)).to.equal('EINVAL dma.alignment');
  });

  for (const size of [-PAGE, 0.5, NaN, Infinity]) {
    it(`size ${size} is refused`, () => {
      expect(unmap(spaceOf([0, 1]), 0, size)).to.match(/^(EOVERFLOW|EINVAL) /);
    });
  }

  it('unmapAll leaves nothing', () => {
    const space = spaceOf([0, 1], [2, 1]);
    space.unmapAll();
    expect([pages(space), space.mapCount]).to.deep.equal(['........', 0]);
  });
});

describe('memory that shrinks under its map (own rule: hostile client)', () => {
  it('bug: dma taken away: is not translated any more, and unmaps with the size it was mapped with', () => {
    const space = new AddressSpace();
    const memory = new Uint8Array(2 * PAGE);
    space.map(0, memory, true, true);
    structuredClone(memory, { transfer: [memory.buffer] });
    expect(memory.length, 'detached').to.equal(0);
    expect(space.translate(0, 'read')).to.equal(undefined);
    expect(unmap(space, 0, 2 * PAGE)).to.equal(2 * PAGE);
  });
});
