import { expect } from 'chai';
import { describe, it } from 'mocha';
import { END, type Spoiled } from './type1.test-support.js';
import { AddressSpace } from './address-space.js';
import { DEFAULT_MAP_LIMIT, IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { map, pages, sized, snapshot, unmap } from './space.test-support.js';

const MAP = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map';
const BASE: Spoiled = {
  iova: 8 * PAGE,
  size: 2 * PAGE,
  offset: 0,
  read: true,
  available: 2 * PAGE,
};

/** The rules of MAP in their order: what breaks each, to be mixed. */
const rules: readonly [answer: string, spoil: (call: Spoiled) => Partial<Spoiled>][] = [
  ['EINVAL dma.size', () => ({ size: 0 })],
  ['EOVERFLOW dma.overflow', () => ({ iova: END - BigInt(PAGE) })],
  ['EINVAL dma.flags', () => ({ read: false })],
  ['EINVAL dma.alignment', ({ size }) => ({ size: size + 1 })],
  ['EEXIST dma.overlap', ({ iova }) => ({ iova: typeof iova === 'bigint' ? iova : 0 })],
  ['ENOSPC dma.limit', () => ({ limit: 1 })],
  ['EINVAL dma.reserved', ({ iova }) => ({ iova: iova === BASE.iova ? 64 * PAGE : iova })],
  ['EFAULT dma.memory', () => ({ available: PAGE })],
];

describe(`map: the rules and their order (${MAP})`, () => {
  it('map size, map overflow, map flags, map alignment, map overlap, map limit, map reserved, map memory: every mixture of broken rules answers with the first of them', () => {
    for (let broken = 0; broken < 1 << rules.length; broken++) {
      const chosen = rules.filter((_, i) => (broken & (1 << i)) !== 0);
      const call = [...chosen]
        .reverse()
        .reduce<Spoiled>((spoiled, [, spoil]) => ({ ...spoiled, ...spoil(spoiled) }), BASE);
      const space = new AddressSpace({ mapLimit: call.limit ?? 2 });
      space.constrain(rules, { reserved: [{ start: 64 * PAGE, last: 70 * PAGE - 1 }] });
      map(space, { iova: 0, size: 4 * PAGE });
      const { iova, size, offset, read, available } = call;
      const request = { iova, size, offset, read, write: false, memory: sized(available) };
      const title = chosen.map(([answer]) => answer).join(' + ');
      expect(map(space, request), title).to.equal(chosen[0]?.[0] ?? BASE.iova);
      expect(pages(space, 12), title).to.equal(chosen.length > 0 ? 'xxxx........' : 'xxxx....xx..');
    }
  });

  it(`map limit: ${DEFAULT_MAP_LIMIT} maps, then ENOSPC, and again when one was unmapped (dma_entry_limit)`, () => {
    const space = new AddressSpace();
    const memory = sized(PAGE);
    for (let i = 0; i < DEFAULT_MAP_LIMIT; i++) {
      space.map({ iova: i * PAGE, memory });
    }
    const iova = DEFAULT_MAP_LIMIT * PAGE;
    expect(map(space, { iova })).to.equal('ENOSPC dma.limit');
    expect(unmap(space, 7 * PAGE, PAGE)).to.equal(PAGE);
    expect(map(space, { iova })).to.equal(iova);
    expect(map(space, { iova: 7 * PAGE })).to.equal('ENOSPC dma.limit');
    expect(space.mapCount).to.equal(DEFAULT_MAP_LIMIT);
    expect(space.unmapAll()).to.equal(DEFAULT_MAP_LIMIT * PAGE);
  });

  it('map alignment: IOVA, size and offset are multiples of the page, as number and as bigint', () => {
    const space = new AddressSpace();
    for (const request of [
      { iova: 1 },
      { iova: 2n ** 63n + 1n },
      { iova: 0, size: PAGE + 1 },
      { iova: 0, size: 1 },
      { iova: 0, offset: 1 },
    ]) {
      expect(map(space, request)).to.equal('EINVAL dma.alignment');
    }
  });

  it('map nowhere: an IOVA is not chosen: EINVAL', () => {
    expect(map(new AddressSpace(), {})).to.equal('EINVAL dma.no-iova');
  });

  it('map memory: memory that may not be written is not mapped for writing: EFAULT (vfio_pin_map_dma)', () => {
    const space = new AddressSpace();
    const memory = sized(PAGE, false);
    expect(map(space, { iova: 0, memory })).to.equal('EFAULT dma.memory');
    expect(map(space, { iova: 0, memory, write: false })).to.equal(0);
  });

  it('map default: all of the memory from the offset is mapped by default, for reading and writing', () => {
    const space = new AddressSpace();
    expect(map(space, { iova: 0, memory: sized(5 * PAGE), offset: 2 * PAGE })).to.equal(0);
    expect(
      [...space.areas].map(({ size, offset, access }) => [size, offset, access]),
    ).to.deep.equal([[3 * PAGE, 2 * PAGE, 3]]);
  });

  for (const [shape, iova, size] of [
    ['the same', 4, 4],
    ['inside', 5, 2],
    ['around', 2, 8],
    ['over the start', 3, 2],
    ['over the end', 7, 2],
  ] as const) {
    it(`map overlap: a range that overlaps a map is EEXIST: ${shape}`, () => {
      const space = new AddressSpace();
      map(space, { iova: 4 * PAGE, size: 4 * PAGE });
      expect(map(space, { iova: iova * PAGE, size: size * PAGE })).to.equal('EEXIST dma.overlap');
      expect(pages(space, 10)).to.equal('....xxxx..');
    });
  }

  it('map neighbours: touching maps do not overlap', () => {
    const space = new AddressSpace();
    for (const page of [4, 3, 5]) {
      expect(map(space, { iova: page * PAGE })).to.equal(page * PAGE);
    }
    expect(pages(space)).to.equal('...xxx..');
  });

  for (const size of [-PAGE, 0.5, NaN, Infinity, 2 ** 53]) {
    it(`map hostile: size ${size} is refused, as is such an offset (own rule: hostile client)`, () => {
      const space = new AddressSpace();
      const before = snapshot(space);
      expect(map(space, { iova: 0, size, memory: sized(PAGE) })).to.equal('EOVERFLOW dma.overflow');
      expect(map(space, { iova: 0, offset: size, memory: sized(PAGE) })).to.equal(
        'EOVERFLOW dma.overflow',
      );
      expect(snapshot(space)).to.deep.equal(before);
    });
  }
});
