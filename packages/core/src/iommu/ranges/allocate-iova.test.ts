import { expect } from 'chai';
import { describe, it } from 'mocha';
import { advance, LAST_IOVA } from '../iova.js';
import type { Iova } from '../dma/dma.js';
import {
  allocateIova,
  autoIovaAlignment,
  exceedsAutoLength,
  FIRST_AUTO_IOVA,
  LAST_AUTO_IOVA,
  type AllocateIovaRequest,
} from './allocate-iova.js';
import { RangeSet } from './range-set.js';

const PAGE = 4096;
const HUGE = 2 * 1024 * 1024;
const ALL = [{ start: 0, last: LAST_IOVA }];

function request(length: Iova, rest: Partial<AllocateIovaRequest> = {}): AllocateIovaRequest {
  return { length, sourceOffset: 0, alignment: 1, ...rest };
}

/** A space that remembers what it gave. */
function space(
  reserved: RangeSet,
  allowed = reserved.complement(),
): (asked: AllocateIovaRequest) => number {
  const used = new RangeSet(reserved);
  return (asked) => {
    const iova = allocateIova(asked, used.complement().intersect(allowed));
    if (typeof iova !== 'number') {
      throw new Error('no low place');
    }
    used.add(iova, advance(iova, Number(asked.length) - 1));
    return iova;
  };
}

describe('allocateIova (drivers/iommu/iommufd/io_pagetable.c, iopt_alloc_iova)', () => {
  it('auto edges: never chooses the first page or the last', () => {
    expect(allocateIova(request(PAGE), ALL)).to.equal(FIRST_AUTO_IOVA);
    expect(allocateIova(request(1), [{ start: 0, last: PAGE - 1 }])).to.equal(undefined);
    const tail = advance(LAST_IOVA, 1 - 2 * PAGE);
    expect(allocateIova(request(PAGE), [{ start: tail, last: LAST_IOVA }])).to.equal(tail);
    expect(allocateIova(request(PAGE + 1), [{ start: tail, last: LAST_IOVA }])).to.equal(undefined);
    expect(LAST_AUTO_IOVA).to.equal(LAST_IOVA - 4096n);
  });

  it('auto alignment: aligns to the lowest bit of the length (iommufd.c selftest area_auto_iova)', () => {
    for (const maxAlignment of [undefined, HUGE]) {
      const allocate = space(new RangeSet());
      for (let pages = 1; pages <= 10; pages++) {
        const length = PAGE * pages;
        const lowest = Math.min(length & -length, maxAlignment ?? PAGE);
        const iova = allocate(request(length, { sourceOffset: 2 ** 31, maxAlignment }));
        expect(iova % lowest).to.equal(0);
      }
    }
  });

  it('auto reserved: avoids reserved ranges (iommufd.c selftest area_auto_iova)', () => {
    const allocate = space(new RangeSet([{ start: 4 * PAGE, last: 104 * PAGE - 1 }]));
    const found = [2, 2, 1].map((pages) => allocate(request(pages * PAGE)) / PAGE);
    expect(found).to.deep.equal([1, 104, 3]);
  });

  it('auto allowed: stays inside the allowed ranges (iommufd.c selftest area_auto_iova)', () => {
    const allowed = new RangeSet([{ start: 200 * PAGE, last: 600 * PAGE - 1 }]);
    const allocate = space(new RangeSet(), allowed);
    for (let pages = 1; pages <= 10; pages++) {
      const iova = allocate(request(pages * PAGE, { maxAlignment: HUGE }));
      expect(allowed.contains(iova, iova + pages * PAGE - 1)).to.equal(true);
    }
  });

  it('auto none: finds nothing rather than wrap (iommufd.c selftest reserved_overflow)', () => {
    const reserved = new RangeSet([{ start: 6, last: 6n + 0xffff_ffff_ffff_8001n - 1n }]);
    const huge = request(0x5000, { maxAlignment: HUGE });
    expect(allocateIova(huge, reserved.complement())).to.equal(undefined);
    // The selftest takes large pages for granted: with an alignment of one page there is a place.
    const place = allocateIova(request(0x5000), reserved.complement());
    expect(place).to.equal(0xffff_ffff_ffff_9000n);
    expect(allocateIova(request(0x6001), reserved.complement())).to.equal(undefined);
    const end = [{ start: LAST_IOVA - 1n, last: LAST_IOVA }];
    expect(allocateIova(request(1), end)).to.equal(undefined);
    expect(allocateIova(request(1, { sourceOffset: 5 }), end)).to.equal(undefined);
  });

  it('auto any length: finds a place for every length (iommufd.c selftest ioas_iova_alloc)', () => {
    for (let length = 1; length < 2 * PAGE; length++) {
      expect(allocateIova(request(length), ALL)).to.equal(PAGE);
    }
  });

  it('auto offset: keeps the offset of the source in its page', () => {
    const asked = request(PAGE, { sourceOffset: 0x12_3100 });
    expect(allocateIova(asked, ALL)).to.equal(0x1100);
    expect(allocateIova(asked, [{ start: 0x1101, last: LAST_IOVA }])).to.equal(0x2100);
    const high = request(PAGE, { sourceOffset: 2n ** 60n + 0x100n });
    expect(allocateIova(high, [{ start: 2n ** 60n, last: LAST_IOVA }])).to.equal(
      2n ** 60n + 0x100n,
    );
  });

  it('auto unaligned: finds nothing for a source that is less aligned than the space (EINVAL in the kernel)', () => {
    const asked = request(PAGE, { sourceOffset: 0x800, alignment: PAGE });
    expect(autoIovaAlignment(asked)).to.equal(0x800);
    expect(allocateIova(asked, ALL)).to.equal(undefined);
    expect(allocateIova({ ...asked, alignment: 0x800 }, ALL)).to.equal(0x1800);
  });

  it('auto alignment: aligns to the length, the source and the maximum, whichever is least', () => {
    const aligned = (length: Iova, sourceOffset: Iova, maxAlignment?: number): number =>
      autoIovaAlignment(request(length, { sourceOffset, maxAlignment }));
    expect(aligned(0x300, 0)).to.equal(0x400);
    expect(aligned(0x400, 0)).to.equal(0x400);
    expect(aligned(2n ** 62n, 0)).to.equal(PAGE);
    expect(aligned(2n ** 62n, 0n, HUGE)).to.equal(HUGE);
    expect(aligned(HUGE, 3 * 2 ** 14, HUGE)).to.equal(2 ** 14);
    expect(aligned(HUGE, 2n ** 63n + 2n, HUGE)).to.equal(2);
    expect(aligned(1, 0)).to.equal(1);
  });

  it('auto half: has no place for half the space (EOVERFLOW: length >= ULONG_MAX / 2) nor for nothing', () => {
    const limit = 2n ** 63n - 1n;
    expect(exceedsAutoLength(limit)).to.equal(true);
    expect(exceedsAutoLength(limit - 1n)).to.equal(false);
    expect(exceedsAutoLength(Number.MAX_SAFE_INTEGER)).to.equal(false);
    expect(allocateIova(request(limit), ALL)).to.equal(undefined);
    expect(allocateIova(request(limit - 1n), ALL)).to.equal(PAGE);
    expect(allocateIova(request(0), ALL)).to.equal(undefined);
  });
});
