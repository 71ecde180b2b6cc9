import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { outcome } from '../../errors/outcome.test-support.js';
import type { Iova } from '../dma/dma.js';
import { LAST_IOVA } from '../iova.js';
import type { IovaRange } from '../ranges/index.js';
import { AddressSpace } from './address-space.js';
import { fillIovaRanges } from './fill-iova-ranges.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import {
  map,
  MOCK,
  MOCK_LAST,
  MOCK_PAGE,
  MOCK_START,
  snapshot,
  unmap,
} from './space.test-support.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd.c';
const TEN = Array.from({ length: 10 }, (_, i) => (i + 1) * PAGE);

function create(isConstrained: boolean): AddressSpace {
  const space = new AddressSpace({ personality: 'iommufd' });
  if (isConstrained) {
    space.constrain(SOURCE_OWNER, MOCK);
  }
  return space;
}
const SOURCE_OWNER = {};

function allow(space: AddressSpace, ...ranges: readonly IovaRange[]): unknown {
  return outcome(() => {
    space.allow(ranges);
  });
}

function reserve(space: AddressSpace, start: Iova, last: Iova, owner: object = {}): unknown {
  return outcome(() => {
    space.constrain(owner, { reserved: [{ start, last }] });
  });
}

for (const [variant, base, isConstrained] of [
  ['no_domain', 0, false],
  ['mock_domain', MOCK_START, true],
] as const) {
  describe(`${SOURCE}, iommufd_ioas.${variant}`, () => {
    const mapAll = (space: AddressSpace): readonly number[] => {
      const places = TEN.map((size) => Number(map(space, { size })));
      for (const [i, size] of TEN.entries()) {
        expect((places[i] ?? NaN) % (size & -size)).to.equal(0);
        expect(unmap(space, places[i] ?? NaN, size)).to.equal(size);
      }
      return places;
    };

    it('area_auto_iova: simple pages', () => {
      const space = create(isConstrained);
      const places = TEN.map(() => map(space, {}));
      expect(new Set(places).size).to.equal(TEN.length);
      expect(places[0]).to.equal(Math.max(base, PAGE));
    });

    it('auto alignment, auto reserved: area_auto_iova: places are aligned, and avoid a reserved region', () => {
      const space = create(isConstrained);
      mapAll(space);
      expect(reserve(space, 4 * PAGE, 104 * PAGE - 1)).to.equal(undefined);
      for (const [i, place] of mapAll(space).entries()) {
        expect(place + (TEN[i] ?? 0) <= 4 * PAGE || place >= 104 * PAGE, `${place}`).to.equal(true);
      }
    });

    it('auto allowed, allow reserved: area_auto_iova: an allowed region that meets a reserved one is EADDRINUSE, another is obeyed', () => {
      const space = create(isConstrained);
      reserve(space, 4 * PAGE, 104 * PAGE - 1);
      expect(allow(space, { start: PAGE, last: 600 * PAGE })).to.equal(
        'EADDRINUSE ioas.allowed-reserved',
      );
      const start = isConstrained ? MOCK_START + PAGE : 200 * PAGE;
      const last = base + 600 * PAGE - 1;
      expect(allow(space, { start, last })).to.equal(undefined);
      for (const [i, place] of mapAll(space).entries()) {
        expect(place).to.be.at.least(start);
        expect(place + (TEN[i] ?? 0) - 1).to.be.at.most(last);
      }
    });

    it('allow reserved: area_allowed: a reserved region in an allowed one is EADDRINUSE, and the reverse', () => {
      const space = create(isConstrained);
      const allowed = { start: base, last: base + 600 * PAGE };
      expect(allow(space, allowed)).to.equal(undefined);
      const before = snapshot(space);
      const page = [base + PAGE, base + 2 * PAGE - 1] as const;
      expect(reserve(space, ...page)).to.equal('EADDRINUSE ioas.allowed-reserved');
      expect(snapshot(space)).to.deep.equal(before);
      expect(allow(space)).to.equal(undefined);
      expect(reserve(space, ...page)).to.equal(undefined);
      expect(allow(space, allowed)).to.equal('EADDRINUSE ioas.allowed-reserved');
    });

    it('ranges listed: iova_ranges: all of them, EMSGSIZE after what fits, and nothing written past it', () => {
      const space = create(isConstrained);
      const first = isConstrained ? [MOCK_START, MOCK_LAST].map(BigInt) : [0n, LAST_IOVA];
      const slots = new BigUint64Array(8);
      expect(fillIovaRanges(space, slots)).to.equal(1);
      expect([...slots]).to.deep.equal([...first, 0n, 0n, 0n, 0n, 0n, 0n]);
      expect(space.alignment).to.equal(isConstrained ? MOCK_PAGE : 1);
      expect(counted(space, new BigUint64Array(0))).to.equal(1);

      reserve(space, PAGE, 2 * PAGE - 1);
      const expected = isConstrained ? first : [0n, 4095n, 8192n, LAST_IOVA];
      slots.fill(0n);
      expect(fillIovaRanges(space, slots)).to.equal(expected.length / 2);
      expect([...slots.subarray(0, expected.length)]).to.deep.equal(expected);
      slots.fill(7n);
      if (!isConstrained) {
        expect(counted(space, slots.subarray(0, 2))).to.equal(2);
        expect(counted(space, slots.subarray(0, 3)), 'half a slot').to.equal(2);
        expect([...slots.subarray(0, 4)]).to.deep.equal([0n, 4095n, 7n, 7n]);
      }
    });

    it('auto any length: ioas_iova_alloc: every length up to two pages; unaligned EINVAL once a domain is there', () => {
      const space = create(isConstrained);
      for (let size = 1; size < 2 * PAGE; size++) {
        const place = map(space, { size });
        if (isConstrained && size % MOCK_PAGE !== 0) {
          expect(place).to.equal('EINVAL dma.alignment');
        } else {
          expect(unmap(space, Number(place), size)).to.equal(size);
        }
      }
    });
  });
}

describe(`${SOURCE}, iommufd_ioas`, () => {
  it('constrain conflict: ioas_align_change: to raise the alignment is EADDRINUSE if an area does not fit', () => {
    const space = create(false);
    const pages = { pageSizes: BigInt(PAGE) };
    const raise = (): unknown => outcome(() => space.constrain(SOURCE_OWNER, pages));
    const next = { iova: MOCK_START + PAGE, size: PAGE, offset: MOCK_PAGE };
    map(space, { iova: MOCK_START });
    expect(raise()).to.equal(undefined);
    expect(map(space, next), 'misaligned in its source').to.equal('EINVAL dma.alignment');
    expect(raise(), 'once more').to.equal(undefined);
    space.release(SOURCE_OWNER);
    expect(space.alignment).to.equal(1);
    expect(map(space, next)).to.equal(next.iova);
    const before = snapshot(space);
    expect(raise()).to.equal('EADDRINUSE ioas.conflict');
    expect(snapshot(space)).to.deep.equal(before);
    for (const bad of [{ iova: MOCK_PAGE }, { iova: 0, size: MOCK_PAGE }]) {
      const other = create(false);
      map(other, bad);
      expect(outcome(() => other.constrain({}, pages))).to.equal('EADDRINUSE ioas.conflict');
    }
  });

  it('auto byte: ioas_iova_alloc: a single byte is a place, too', () => {
    const space = create(false);
    reserve(space, 0, 2 * PAGE - 1);
    reserve(space, 2 * PAGE + 1, LAST_IOVA);
    expect(map(space, { size: 2 })).to.equal('ENOSPC ioas.no-space');
    expect(map(space, { size: 1 })).to.equal(2 * PAGE);
    expect(map(space, { size: 1 })).to.equal('ENOSPC ioas.no-space');
  });

  it('auto none: reserved_overflow: no place is made by a sum that wraps: ENOSPC', () => {
    const space = create(false);
    reserve(space, 0x6000, LAST_IOVA);
    // Five pages are aligned to eight, where only the reserved range has place; a source aligned to one is not.
    expect(map(space, { size: 5 * PAGE })).to.equal('ENOSPC ioas.no-space');
    const memory = new Uint8Array(6 * PAGE);
    expect(map(space, { memory, offset: PAGE, size: 5 * PAGE })).to.equal(0x1000);
    const high = create(false);
    reserve(high, 0, LAST_IOVA - 0x8000n);
    expect(map(high, { size: 0x9000 })).to.equal('ENOSPC ioas.no-space');
  });
});

describe('IOMMU_IOAS_ALLOW_IOVAS (drivers/iommu/iommufd/ioas.c, iommufd_ioas_load_iovas)', () => {
  for (const [title, ranges] of [
    ['it ends where it starts', [{ start: 8, last: 8 }]],
    ['it ends before', [{ start: 8, last: 7 }]],
    [
      'two overlap',
      [
        { start: 0, last: 8 },
        { start: 8, last: 9 },
      ],
    ],
    [
      'the second is bad, though the first is reserved',
      [
        { start: 99, last: 100 },
        { start: 1, last: 1 },
      ],
    ],
    ['no addresses', [{ start: -1, last: 8 }]],
    ['beyond the end', [{ start: 8, last: 2n ** 64n }]],
  ] as const) {
    it(`allow list: a bad list is EINVAL, and the old one stays: ${title}`, () => {
      const space = create(false);
      reserve(space, 100, 200);
      allow(space, { start: 2 * PAGE, last: 3 * PAGE });
      expect(allow(space, ...ranges)).to.equal('EINVAL ioas.range');
      expect(map(space, {})).to.equal(2 * PAGE);
    });
  }
});

function counted(space: AddressSpace, slots: BigUint64Array): unknown {
  try {
    return `filled ${fillIovaRanges(space, slots)}`;
  } catch (error) {
    return MdevError.is(error) && error.code === 'EMSGSIZE' ? error.details['count'] : error;
  }
}
