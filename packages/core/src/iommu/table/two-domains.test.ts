import { expect } from 'chai';
import { beforeEach, describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { DmaPort } from '../dma/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { copy, map, MOCK_LAST, MOCK_PAGE, MOCK_START, unmap } from '../space/space.test-support.js';
import { ParentIommu } from './parent-iommu.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd.c';
const HARDWARE = {
  aperture: { start: MOCK_START, last: MOCK_LAST },
  pageSizes: BigInt(MOCK_PAGE | PAGE),
};
const at = (page: number): number => MOCK_START + page * PAGE;

describe(`${SOURCE}, iommufd_ioas.two_mock_domain: one space behind two IOMMUs`, () => {
  let space: AddressSpace;
  let iommus: readonly ParentIommu[];
  let ports: readonly DmaPort[];

  beforeEach(() => {
    space = new AddressSpace({ personality: 'iommufd' });
    iommus = [0, 1].map(() => new ParentIommu(HARDWARE));
    ports = iommus.map((iommu) => {
      iommu.attach(space);
      const port = new DmaPort({ report: () => undefined });
      port.retarget(iommu.entry(0));
      return port;
    });
  });

  /** What each device reads at a page: a byte, or the errno. */
  const reads = (page: number): unknown[] =>
    ports.map((port) =>
      outcome(() => {
        const into = new Uint8Array(1);
        port.read(at(page), into);
        return into[0];
      }),
    );

  it('destroy busy: two domains: ioas_destroy: EBUSY until the last of them is detached', () => {
    map(space, { iova: at(0) });
    for (const iommu of iommus) {
      expect(outcome(() => space.destroy())).to.equal('EBUSY ioas.busy');
      iommu.detach();
    }
    expect(space.alignment, 'nobody asks for anything').to.equal(1);
    space.destroy();
    expect(space.mapCount).to.equal(0);
  });

  it('ioas unmap cut: two domains: area: nothing ENOENT, halves ENOENT, overlaps EEXIST, all twice', () => {
    expect(unmap(space, at(0), PAGE)).to.equal('ENOENT ioas.nothing');
    for (let i = 0; i < 10; i++) {
      expect(map(space, { iova: at(2 * i), memory: new Uint8Array(PAGE).fill(i + 1) })).to.equal(
        at(2 * i),
      );
      expect(reads(2 * i)).to.deep.equal([i + 1, i + 1]);
    }
    for (const half of [0, PAGE / 2]) {
      expect(unmap(space, at(4) + half, PAGE / 2)).to.equal('ENOENT ioas.cut');
    }
    expect(reads(4)).to.deep.equal([3, 3]);
    expect(map(space, { iova: at(32), size: 2 * PAGE })).to.equal(at(32));
    for (const [page, count] of [
      [32, 2],
      [32, 1],
      [33, 1],
      [31, 3],
      [31, 4],
    ] as const) {
      const answer = map(space, { iova: at(page), size: count * PAGE });
      expect(answer).to.equal('EEXIST dma.overlap');
    }
    expect(space.unmapAll()).to.equal(12 * PAGE);
    expect(space.unmapAll()).to.equal(0);
    expect(reads(4)).to.deep.equal(['EFAULT dma.fault', 'EFAULT dma.fault']);
  });

  it('ioas unmap cut: two domains: unmap_fully_contained_areas: a superset takes all and says how much', () => {
    for (const page of [0, 2, 4]) {
      map(space, { iova: at(page), size: 2 * PAGE });
    }
    expect(unmap(space, at(1), 5 * PAGE)).to.equal('ENOENT ioas.cut');
    expect(unmap(space, at(0), 10 * PAGE)).to.equal(6 * PAGE);
    expect(space.mapCount).to.equal(0);
  });

  it('auto alignment, auto reserved: two domains: area_auto_iova: in both apertures, aligned, beside what is reserved', () => {
    const reserved = { start: MOCK_START, last: MOCK_START + 99 * PAGE - 1 };
    space.constrain(reserved, { reserved: [reserved] });
    const sizes = Array.from({ length: 10 }, (_, i) => (i + 1) * PAGE);
    const places = sizes.map((size) => Number(map(space, { size })));
    for (const [i, size] of sizes.entries()) {
      expect((places[i] ?? NaN) % (size & -size)).to.equal(0);
      expect(places[i]).to.be.within(reserved.last + 1, MOCK_LAST + 1 - size);
    }
    expect(map(space, { size: MOCK_PAGE / 2 })).to.equal('EINVAL dma.alignment');
  });

  it('allow reserved: two domains: area_allowed, reserved_overflow: nothing is allowed that one of them reserves; ENOSPC, no wrap', () => {
    const outside = [{ start: MOCK_LAST, last: MOCK_LAST + 1 }];
    expect(outcome(() => space.allow(outside))).to.equal('EADDRINUSE ioas.allowed-reserved');
    space.allow([{ start: at(1), last: at(2) - 1 }]);
    expect(map(space, {})).to.equal(at(1));
    expect(map(space, {})).to.equal('ENOSPC ioas.no-space');
    const all = { reserved: [{ start: at(1), last: at(1) }] };
    expect(outcome(() => space.constrain(all, all))).to.equal('EADDRINUSE ioas.conflict');
  });

  it('ranges listed: two domains: iova_ranges: the aperture of both, all again when both are gone', () => {
    const aperture = [{ start: MOCK_START, last: MOCK_LAST }];
    expect(space.usableRanges).to.deep.equal(aperture);
    iommus[0]?.detach();
    expect(space.usableRanges).to.deep.equal(aperture);
    iommus[1]?.detach();
    expect(space.usableRanges).to.deep.equal([{ start: 0, last: 2n ** 64n - 1n }]);
  });

  it('constrain conflict: two domains: ioas_align_change: EADDRINUSE while an area is as unaligned as both allow', () => {
    map(space, { iova: at(0), size: MOCK_PAGE });
    const whole = { pageSizes: BigInt(PAGE) };
    expect(outcome(() => space.constrain(whole, whole))).to.equal('EADDRINUSE ioas.conflict');
    expect(unmap(space, at(0), MOCK_PAGE)).to.equal(MOCK_PAGE);
    space.constrain(whole, whole);
    expect(map(space, { iova: at(0), size: MOCK_PAGE })).to.equal('EINVAL dma.alignment');
  });

  it('copy independent: two domains: copy_area: both devices see the copy, also when its source is gone', () => {
    map(space, { iova: at(0), memory: new Uint8Array(PAGE).fill(7) });
    expect(copy(space, space, { sourceIova: at(0), iova: at(5), length: PAGE })).to.equal(at(5));
    unmap(space, at(0), PAGE);
    expect(reads(5)).to.deep.equal([7, 7]);
    expect(reads(0)).to.deep.equal(['EFAULT dma.fault', 'EFAULT dma.fault']);
  });

  it('attach several: two domains: map_two_domains: what one device loses by a detach the other keeps', () => {
    map(space, { iova: at(0), memory: new Uint8Array(PAGE).fill(7) });
    iommus[0]?.detach();
    expect(reads(0)).to.deep.equal(['EFAULT dma.fault', 7]);
    iommus[0]?.attach(space);
    iommus[1]?.replace(new AddressSpace({ personality: 'iommufd' }));
    expect(reads(0)).to.deep.equal([7, 'EFAULT dma.fault']);
    expect(space.alignment).to.equal(MOCK_PAGE);
  });
});
