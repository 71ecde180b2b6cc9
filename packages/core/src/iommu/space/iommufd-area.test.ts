import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { LAST_IOVA } from '../iova.js';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { copy, map, MOCK, MOCK_START, sized, unmap } from './space.test-support.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd.c';

/** As the variants of the fixture: without a domain, and with the mock's. */
const variants = [
  ['no_domain', 0, false],
  ['mock_domain', MOCK_START, true],
] as const;

for (const [variant, base, isConstrained] of variants) {
  const create = (): AddressSpace => {
    const space = new AddressSpace({ personality: 'iommufd' });
    if (isConstrained) {
      space.constrain(variants, MOCK);
    }
    return space;
  };

  describe(`${SOURCE}, iommufd_ioas.${variant}`, () => {
    it('destroy busy: ioas_destroy, area_destroy: EBUSY while a domain is attached; the maps go with the space', () => {
      const space = create();
      expect(map(space, { iova: base })).to.equal(base);
      const answer = outcome(() => {
        space.destroy();
      });
      expect(answer).to.equal(isConstrained ? 'EBUSY ioas.busy' : undefined);
      expect(space.mapCount).to.equal(isConstrained ? 1 : 0);
      space.release(variants);
      space.destroy();
      expect(space.mapCount).to.equal(0);
    });

    it('destroy maps: ioas_area_auto_destroy: a space with many areas', () => {
      const space = create();
      for (let i = 0; i < 10; i++) {
        map(space, { iova: base + i * PAGE });
      }
      space.release(variants);
      space.destroy();
      expect([...space.areas]).to.deep.equal([]);
    });

    it('ioas unmap nothing: area: unmap fails if nothing is mapped', () => {
      const space = create();
      for (let i = 0; i < 10; i++) {
        expect(unmap(space, i * PAGE, PAGE)).to.equal('ENOENT ioas.nothing');
      }
    });

    it('area: unmap works', () => {
      const space = create();
      for (let i = 0; i < 10; i++) {
        expect(map(space, { iova: base + i * PAGE })).to.equal(base + i * PAGE);
      }
      for (let i = 0; i < 10; i++) {
        expect(unmap(space, base + i * PAGE, PAGE)).to.equal(PAGE);
      }
      expect(space.mapCount).to.equal(0);
    });

    it('ioas unmap cut: area: to split a map fails, at its low and its high half', () => {
      const space = create();
      map(space, { iova: base + 16 * PAGE, size: 2 * PAGE });
      expect(unmap(space, base + 16 * PAGE, PAGE)).to.equal('ENOENT ioas.cut');
      expect(unmap(space, base + 17 * PAGE, PAGE)).to.equal('ENOENT ioas.cut');
      expect(space.mapCount).to.equal(1);
    });

    for (const [page, count] of [
      [16, 2],
      [16, 1],
      [17, 1],
      [15, 2],
      [15, 3],
    ] as const) {
      it(`map overlap: area: to map over pages 16 and 17 fails: ${count} from ${page}`, () => {
        const space = create();
        map(space, { iova: base + 16 * PAGE, size: 2 * PAGE });
        const over = { iova: base + page * PAGE, size: count * PAGE };
        expect(map(space, over)).to.equal('EEXIST dma.overlap');
        expect(space.mapCount).to.equal(1);
      });
    }

    it('ioas unmap all: area: unmap all works, also when nothing is mapped', () => {
      const space = create();
      map(space, { iova: base + 16 * PAGE, size: 2 * PAGE });
      expect(unmap(space, 0, LAST_IOVA)).to.equal(2 * PAGE);
      expect(unmap(space, 0, LAST_IOVA)).to.equal(0);
      expect(unmap(space, 0n, LAST_IOVA)).to.equal(0);
    });

    it('ioas unmap cut: unmap_fully_contained_areas', () => {
      const space = create();
      const start = base + 4 * PAGE;
      for (let i = 0; i < 4; i++) {
        map(space, { iova: start + i * 16 * PAGE, size: 8 * PAGE });
      }
      expect(unmap(space, start - 4 * PAGE, 8 * PAGE)).to.equal('ENOENT ioas.cut');
      expect(unmap(space, start + (48 + 4) * PAGE, 8 * PAGE)).to.equal('ENOENT ioas.cut');
      expect(space.mapCount).to.equal(4);
      expect(unmap(space, start - 4 * PAGE, (48 + 8 + 4) * PAGE)).to.equal(32 * PAGE);
      expect(space.mapCount).to.equal(0);
    });
  });
}

describe('unmap of several maps (drivers/iommu/iommufd/io_pagetable.c, iopt_unmap_iova_range)', () => {
  it('ioas unmap cut: the maps before one that is cut are gone, it and those behind stay', () => {
    const space = new AddressSpace({ personality: 'iommufd' });
    for (const page of [0, 2, 4, 7]) {
      map(space, { iova: page * PAGE, size: 2 * PAGE });
    }
    expect(unmap(space, 0, 5 * PAGE)).to.equal('ENOENT ioas.cut');
    expect([...space.areas].map(({ start }) => start)).to.deep.equal([4 * PAGE, 7 * PAGE]);
  });
});

describe(`${SOURCE}, iommufd.cmd_ex_fail and drivers/iommu/iommufd/ioas.c: U64_MAX`, () => {
  const space = new AddressSpace({ personality: 'iommufd' });
  const OVERFLOW = 'EOVERFLOW dma.overflow';

  it('ioas map overflow: is neither an address nor a length of a map', () => {
    expect(map(space, { iova: LAST_IOVA, size: 1 })).to.equal(OVERFLOW);
    expect(map(space, { iova: LAST_IOVA, size: 0 })).to.equal(OVERFLOW);
    expect(map(space, { iova: LAST_IOVA - 1n, size: 3 })).to.equal(OVERFLOW);
  });

  it('ioas unmap overflow, ioas unmap all: is neither an address nor a length of an unmap, but for (0, U64_MAX), which is all', () => {
    expect(unmap(space, 1, LAST_IOVA)).to.equal(OVERFLOW);
    expect(unmap(space, LAST_IOVA, 1)).to.equal(OVERFLOW);
    expect(unmap(space, LAST_IOVA, LAST_IOVA)).to.equal(OVERFLOW);
    expect(unmap(space, 3, LAST_IOVA - 1n)).to.equal(OVERFLOW);
    expect(unmap(space, 0, LAST_IOVA - 1n)).to.equal('ENOENT ioas.nothing');
    expect(unmap(space, 0, LAST_IOVA)).to.equal(0);
  });

  it('copy overflow: is no address of a copy', () => {
    const source = new AddressSpace({ personality: 'iommufd' });
    map(source, { iova: LAST_IOVA - 4095n });
    const length = 1;
    expect(copy(space, source, { sourceIova: LAST_IOVA, length, iova: 0 })).to.equal(OVERFLOW);
    const sourceIova = LAST_IOVA - 1n;
    expect(copy(space, source, { sourceIova, length: 2, iova: LAST_IOVA })).to.equal(OVERFLOW);
    expect(copy(space, source, { sourceIova, length: 3, iova: 0 })).to.equal(OVERFLOW);
  });

  it('ioas map overflow, ioas map flags, ioas map memory, ioas map size, ioas map length, ioas map place, ioas map read-only, ioas map offset: the order of the checks of a map: overflow, flags, memory, size, alignment, place, permission', () => {
    const ordered = new AddressSpace({ personality: 'iommufd' });
    ordered.constrain(ordered, MOCK);
    const ro = sized(PAGE, false);
    const none = { read: false, write: false };
    const at = MOCK_START;
    for (const [request, answer] of [
      [{ iova: LAST_IOVA, size: 2 * PAGE, memory: ro, ...none }, OVERFLOW],
      [{ iova: 0, size: 2 * PAGE, memory: ro, ...none }, 'EINVAL dma.flags'],
      [{ iova: 0, size: 2 * PAGE, memory: ro }, 'EINVAL ioas.memory'],
      [{ iova: 0, size: 0, memory: ro }, 'EINVAL dma.size'],
      [{ iova: 0, size: 1, memory: ro }, 'EINVAL dma.alignment'],
      [{ iova: 1, size: PAGE, memory: ro }, 'EINVAL dma.alignment'],
      [{ iova: 0, size: PAGE, memory: ro }, 'EINVAL dma.reserved'],
      [{ iova: at, size: PAGE, memory: ro }, 'EPERM ioas.read-only'],
      [{ iova: at, size: PAGE, offset: 1 }, 'EINVAL dma.alignment'],
      [{ iova: at, size: PAGE, memory: ro, write: false }, at],
      [{ iova: at, size: PAGE, memory: ro }, 'EEXIST dma.overlap'],
    ] as const) {
      expect(map(ordered, request)).to.equal(answer);
    }
  });
});
