import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import {
  copy,
  map,
  MOCK,
  MOCK_PAGE,
  MOCK_START,
  shapeOf,
  sized,
  snapshot,
  unmap,
} from './space.test-support.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd.c';
const BUFFER_SIZE = 16 * PAGE;

function create(isConstrained = false): AddressSpace {
  const space = new AddressSpace({ personality: 'iommufd' });
  if (isConstrained) {
    space.constrain(MOCK, MOCK);
  }
  return space;
}

for (const [variant, base, isConstrained] of [
  ['no_domain', 0, false],
  ['mock_domain', MOCK_START, true],
] as const) {
  describe(`${SOURCE}, iommufd_ioas.${variant}`, () => {
    it('copy independent: copy_area: inside a space, and to another', () => {
      const [space, other] = [create(isConstrained), create()];
      const memory = sized(PAGE);
      map(space, { iova: base, memory });
      const request = { sourceIova: base, length: PAGE };
      expect(copy(space, space, { ...request, iova: base + PAGE })).to.equal(base + PAGE);
      expect(copy(other, space, { ...request, iova: 0 })).to.equal(0);
      for (const [at, start] of [
        [space, base + PAGE],
        [other, 0],
      ] as const) {
        const found = at.find(start);
        expect([found?.memory, found?.offset, found?.size]).to.deep.equal([memory, 0, PAGE]);
      }
      expect(unmap(space, base, 2 * PAGE)).to.equal(2 * PAGE);
      expect(other.find(0)?.memory, 'a copy does not follow its source').to.equal(memory);
    });

    it('copy part: copy_sweep: every sub range of a map, and none that reaches out of it', () => {
      const [space, other] = [create(isConstrained), create()];
      const last = MOCK_START + BUFFER_SIZE - (isConstrained ? 1 : 2);
      map(space, { iova: MOCK_START, size: last - MOCK_START + 1 });
      let copies = 0;
      for (let sourceIova = MOCK_START - PAGE; sourceIova <= last; sourceIova += 511) {
        const answer = copy(other, space, { sourceIova, length: MOCK_PAGE, iova: MOCK_START });
        if (sourceIova < MOCK_START || sourceIova + MOCK_PAGE - 1 > last) {
          expect(answer).to.equal('ENOENT ioas.hole');
          continue;
        }
        expect(answer).to.equal(MOCK_START);
        expect(other.find(MOCK_START)?.offset).to.equal(sourceIova - MOCK_START);
        expect(unmap(other, MOCK_START, MOCK_PAGE)).to.equal(MOCK_PAGE);
        copies += 1;
      }
      expect(copies).to.be.greaterThan(100);
    });
  });
}

describe(`${SOURCE}, iommufd_mock_domain`, () => {
  const BUFFER = 8 * PAGE;

  it('auto offset: all_aligns: every start and length of a buffer, mapped where it lies in its page', () => {
    const space = create(true);
    const memory = sized(BUFFER);
    for (let offset = 0; offset < BUFFER; offset += MOCK_PAGE) {
      for (let size = MOCK_PAGE; offset + size <= BUFFER; size += MOCK_PAGE) {
        const iova = Number(map(space, { memory, offset, size }));
        expect(iova % PAGE).to.equal(offset % PAGE);
        expect(space.find(iova)?.memoryOffset(iova + size - 1)).to.equal(offset + size - 1);
        expect(unmap(space, iova, size)).to.equal(size);
      }
    }
    expect(space.mapCount).to.equal(0);
  });

  it('all_aligns_copy: the same while a domain comes and goes, and copied to another space', () => {
    const space = create(true);
    const memory = sized(BUFFER);
    const second = {};
    for (let offset = 0; offset < BUFFER; offset += MOCK_PAGE) {
      for (let size = MOCK_PAGE; offset + size <= BUFFER; size += MOCK_PAGE) {
        const sourceIova = Number(map(space, { memory, offset, size }));
        space.constrain(second, MOCK);
        const other = create(true);
        const iova = Number(copy(other, space, { sourceIova, length: size }));
        expect(iova % PAGE).to.equal(offset % PAGE);
        expect([...other.areas].map(shapeOf)).to.deep.equal([
          { start: iova, size, memory, offset, access: 3, unmapping: false },
        ]);
        space.release(second);
        expect(unmap(space, sourceIova, size)).to.equal(size);
      }
    }
  });

  it('ioas map read-only: ro: memory that may not be written is EPERM to a map for writing, in place and chosen', () => {
    const space = create(true);
    const memory = sized(PAGE, false);
    expect(map(space, { memory, iova: MOCK_START })).to.equal('EPERM ioas.read-only');
    expect(map(space, { memory })).to.equal('EPERM ioas.read-only');
    expect(map(space, { memory, write: false })).to.equal(MOCK_START);
    const request = { sourceIova: MOCK_START, length: PAGE };
    expect(copy(space, space, { ...request, write: true })).to.equal('EPERM dma.permission');
    expect(copy(space, space, request)).to.equal(MOCK_START + PAGE);
    expect(space.find(MOCK_START + PAGE)?.access).to.equal(1);
  });
});

describe('copies (drivers/iommu/iommufd/ioas.c, iommufd_ioas_copy; io_pagetable.c, iopt_get_pages)', () => {
  /** Pages 0-1, 2 (read only) and 3-4 in a row, then a hole, then 6. */
  function source(): AddressSpace {
    const space = create();
    map(space, { iova: 0, size: 2 * PAGE });
    map(space, { iova: 2 * PAGE, size: PAGE, write: false });
    map(space, { iova: 3 * PAGE, size: 2 * PAGE, offset: PAGE });
    map(space, { iova: 6 * PAGE });
    return space;
  }
  const whole = { sourceIova: PAGE, length: 3 * PAGE, iova: 16 * PAGE };

  it('copy pieces: one map for each map that the range touches, with what each allows', () => {
    const space = create();
    expect(copy(space, source(), whole)).to.equal(16 * PAGE);
    expect(
      [...space.areas].map(({ start, size, offset, access }) => [
        Number(start) / PAGE,
        size,
        offset,
        access,
      ]),
    ).to.deep.equal([
      [16, PAGE, PAGE, 3],
      [17, PAGE, 0, 1],
      [18, PAGE, PAGE, 3],
    ]);
  });

  for (const [title, request, answer] of [
    ['a gap', { length: 6 * PAGE }, 'ENOENT ioas.hole'],
    ['a gap at the start', { sourceIova: 5 * PAGE }, 'ENOENT ioas.hole'],
    ['no access', { read: false, write: false }, 'EINVAL dma.flags'],
    ['more than the source allows', { write: true }, 'EPERM dma.permission'],
    ['nothing that the source allows', { read: false }, 'EPERM dma.permission'],
    ['size 0', { length: 0 }, 'EINVAL dma.size'],
    ['a length that is none', { length: 0.5 }, 'EOVERFLOW dma.overflow'],
    ['a source that is no address', { sourceIova: -1 }, 'EOVERFLOW dma.overflow'],
    ['a place that is taken', { iova: 30 * PAGE }, 'EEXIST dma.overlap'],
    ['more maps than allowed', {}, 'ENOSPC dma.limit'],
  ] as const) {
    it(`copy refused: all or nothing: ${title} is ${answer}`, () => {
      const isLimited = answer.startsWith('ENOSPC');
      const space = new AddressSpace({ personality: 'iommufd', mapLimit: isLimited ? 3 : 4 });
      map(space, { iova: 31 * PAGE });
      const before = snapshot(space);
      expect(copy(space, source(), { ...whole, ...request })).to.equal(answer);
      expect(snapshot(space)).to.deep.equal(before);
    });
  }

  it('copy alignment: pieces that are less aligned than the space are EINVAL (iopt_insert_area)', () => {
    const from = create();
    map(from, { iova: 0, size: MOCK_PAGE });
    map(from, { iova: MOCK_PAGE, size: PAGE - MOCK_PAGE });
    const space = create();
    space.constrain(space, { pageSizes: BigInt(PAGE) });
    expect(copy(space, from, { sourceIova: 0, length: PAGE })).to.equal('EINVAL dma.alignment');
    expect(copy(create(true), from, { sourceIova: 0, length: PAGE })).to.equal(MOCK_START);
  });

  it('copy type1: a space of type1 copies as well, to a place that is given', () => {
    const space = new AddressSpace();
    const { iova: _, ...chosen } = whole;
    expect(copy(space, source(), whole)).to.equal(16 * PAGE);
    expect(copy(space, source(), chosen)).to.equal('EINVAL dma.no-iova');
    expect(outcome(() => space.unmap(16 * PAGE, 3 * PAGE))).to.equal(3 * PAGE);
  });
});
