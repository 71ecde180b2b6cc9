import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { LAST_IOVA } from '../iova.js';
import { AddressSpace } from './address-space.js';
import { IOMMU_PAGE_SIZE as PAGE, type SpaceConstraints } from './requests.js';
import { map, MOCK, MOCK_LAST, MOCK_PAGE, MOCK_START, snapshot } from './space.test-support.js';

const TABLE = 'drivers/iommu/iommufd/io_pagetable.c';

function constrain(space: AddressSpace, owner: object, constraints: SpaceConstraints): unknown {
  return outcome(() => {
    space.constrain(owner, constraints);
  });
}

describe(`what is attached constrains a space (${TABLE}, iopt_table_add_domain)`, () => {
  it('constrain domain: the mock domain: aperture and page; all of it goes with the domain', () => {
    const space = new AddressSpace({ personality: 'iommufd' });
    const before = snapshot(space);
    space.constrain(MOCK, MOCK);
    expect(space.usableRanges).to.deep.equal([{ start: MOCK_START, last: MOCK_LAST }]);
    expect([space.alignment, space.isBusy]).to.deep.equal([MOCK_PAGE, true]);
    expect(map(space, { iova: MOCK_START - PAGE })).to.equal('EINVAL dma.reserved');
    expect(map(space, { iova: MOCK_LAST + 1 })).to.equal('EINVAL dma.reserved');
    expect(map(space, { iova: MOCK_LAST + 1 - PAGE, size: 2 * PAGE })).to.equal(
      'EINVAL dma.reserved',
    );
    expect(map(space, { iova: MOCK_START + MOCK_PAGE / 2 })).to.equal('EINVAL dma.alignment');
    space.release(MOCK);
    expect(snapshot(space)).to.deep.equal(before);
  });

  it('constrain several: two domains: what both can do, and each leaves alone', () => {
    const space = new AddressSpace({ personality: 'iommufd' });
    const other = { pageSizes: BigInt(PAGE), reserved: [{ start: 0, last: 2 ** 30 - 1 }] };
    space.constrain(MOCK, MOCK);
    space.constrain(other, other);
    expect(space.usableRanges).to.deep.equal([{ start: 2 ** 30, last: MOCK_LAST }]);
    expect(space.alignment).to.equal(PAGE);
    space.release(other);
    expect(space.alignment).to.equal(MOCK_PAGE);
    expect(space.usableRanges).to.deep.equal([{ start: MOCK_START, last: MOCK_LAST }]);
  });

  it('constrain again: an owner that asks again replaces what it asked for; if that fails, the old stays', () => {
    const space = new AddressSpace({ personality: 'iommufd' });
    space.constrain(MOCK, MOCK);
    map(space, { iova: MOCK_START });
    const before = snapshot(space);
    const all = { reserved: [{ start: 0, last: LAST_IOVA }] };
    expect(constrain(space, MOCK, all)).to.equal('EADDRINUSE ioas.conflict');
    expect(snapshot(space)).to.deep.equal(before);
    expect(constrain(space, MOCK, { reserved: [{ start: 0, last: 0 }] })).to.equal(undefined);
    expect(space.usableRanges).to.deep.equal([{ start: 1, last: LAST_IOVA }]);
    expect(space.alignment).to.equal(1);
  });

  it('constrain mistake: a range that is none is a mistake of the caller, and changes nothing', () => {
    const space = new AddressSpace({ personality: 'iommufd' });
    const before = snapshot(space);
    expect(() => {
      space.constrain(MOCK, { reserved: [{ start: 2, last: 1 }] });
    }).to.throw(RangeError);
    expect(snapshot(space)).to.deep.equal(before);
  });

  for (const pageSizes of [0n, -4096n, 8192n, 2n ** 21n]) {
    it(`page too large: page sizes ${pageSizes} of iommufd: EINVAL`, () => {
      const space = new AddressSpace({ personality: 'iommufd' });
      expect(constrain(space, MOCK, { pageSizes })).to.equal('EINVAL ioas.page-size');
      expect(space.isBusy).to.equal(false);
    });
  }
});

describe('type1 (drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_attach_group, vfio_update_pgsize_bitmap)', () => {
  it('constrain conflict: a reserved range with a map in it is EINVAL', () => {
    const space = new AddressSpace();
    map(space, { iova: 4 * PAGE });
    const before = snapshot(space);
    for (const reserved of [
      [{ start: 0, last: 4 * PAGE }],
      [{ start: 5 * PAGE - 1, last: LAST_IOVA }],
      [
        { start: 0, last: 1 },
        { start: 4 * PAGE, last: 4 * PAGE },
      ],
    ]) {
      expect(constrain(space, MOCK, { reserved })).to.equal('EINVAL dma.conflict');
      expect(snapshot(space)).to.deep.equal(before);
    }
    const around = [
      { start: 0, last: 4 * PAGE - 1 },
      { start: 5 * PAGE, last: LAST_IOVA },
    ];
    expect(constrain(space, MOCK, { reserved: around })).to.equal(undefined);
  });

  it('page sizes: only mdevs: every multiple of a page; a domain leaves its own; smaller pages count as the kernel’s', () => {
    const space = new AddressSpace();
    expect(space.pageSizes).to.equal(2n ** 64n - 4096n);
    space.constrain(space, { pageSizes: 0x4020_1000n });
    expect(space.pageSizes).to.equal(0x4020_1000n);
    space.constrain(MOCK, { pageSizes: 0x20_0800n });
    expect(space.pageSizes).to.equal(0x20_1000n);
    expect(space.alignment).to.equal(PAGE);
  });

  it('page alignment: a domain with large pages only raises the alignment', () => {
    const space = new AddressSpace();
    space.constrain(space, { pageSizes: 0x20_0000n });
    expect(map(space, { iova: PAGE })).to.equal('EINVAL dma.alignment');
    expect(map(space, { iova: 0, size: 2 ** 21 })).to.equal(0);
    space.release(space);
    expect(map(space, { iova: 2 ** 21 })).to.equal(2 ** 21);
    expect(constrain(space, space, { pageSizes: 0x20_0000n })).to.equal('EINVAL dma.conflict');
  });
});
