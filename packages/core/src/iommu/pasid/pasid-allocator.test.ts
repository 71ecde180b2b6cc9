import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { MdevError } from '../../errors/index.js';
import { MAX_PASID_BITS, NO_PASID, PasidAllocator } from './pasid-allocator.js';

function take(pasids: PasidAllocator, count: number): number[] {
  return Array.from({ length: count }, () => pasids.allocate());
}

function free(pasids: PasidAllocator, pasid: number): void {
  pasids.retire(pasid);
  pasids.confirmQuiet(pasid);
}

describe('PasidAllocator', () => {
  it('pasid width: takes 1 to 20 bits, 20 by default (PCIe Base Spec 6.0, section 7.8.9.2)', () => {
    for (const bits of [0, -1, MAX_PASID_BITS + 1, 1.5, NaN]) {
      expect(outcome(() => new PasidAllocator({ bits }))).to.equal('EINVAL pasid.bits');
    }
    expect(new PasidAllocator({ bits: 1 }).counters.available).to.equal(1);
    expect(new PasidAllocator().counters.available).to.equal(0xf_ffff);
  });

  it('pasid zero: never hands out 0, also when PASIDs come back (include/linux/iommu.h, IOMMU_NO_PASID)', () => {
    const pasids = new PasidAllocator({ bits: 2 });
    const seen = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const pasid = pasids.allocate();
      seen.add(pasid);
      free(pasids, pasid);
    }
    expect([...seen]).to.have.members([1, 2, 3]);
    expect(seen.has(NO_PASID)).to.be.false;
  });

  it('pasid exhausted: is ENOSPC when all are taken (drivers/iommu/iommu-sva.c, iommu_alloc_mm_data)', () => {
    const pasids = new PasidAllocator({ bits: 3 });
    expect(take(pasids, 7)).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(outcome(() => pasids.allocate())).to.equal('ENOSPC pasid.exhausted');
    free(pasids, 5);
    expect(pasids.allocate()).to.equal(5);
  });

  it('pasid order: hands out the never-used ones first, then the longest free', () => {
    const pasids = new PasidAllocator({ bits: 3 });
    take(pasids, 5);
    for (const pasid of [3, 1, 4]) {
      free(pasids, pasid);
    }
    expect(take(pasids, 3)).to.deep.equal([6, 7, 3]);
    free(pasids, 7);
    expect(take(pasids, 3)).to.deep.equal([1, 4, 7]);
  });

  it('forgets the place that a PASID had among the free ones', () => {
    const pasids = new PasidAllocator({ bits: 2 });
    take(pasids, 3);
    free(pasids, 1);
    free(pasids, 2);
    expect(take(pasids, 2)).to.deep.equal([1, 2]);
    free(pasids, 1);
    expect(pasids.allocate()).to.equal(1);
    expect(outcome(() => pasids.allocate())).to.equal('ENOSPC pasid.exhausted');
  });

  it('pasid draining: keeps a PASID that is draining (ocxl/context.c: freed after the AFU terminated it)', () => {
    const pasids = new PasidAllocator({ bits: 1 });
    pasids.retire(pasids.allocate());
    expect(pasids.state(1)).to.equal('draining');
    expect(outcome(() => pasids.allocate())).to.equal('ENOSPC pasid.exhausted');
    pasids.confirmQuiet(1);
    expect(pasids.allocate()).to.equal(1);
  });

  it('pasid leaked: never uses a leaked PASID again (ocxl/context.c, ocxl_context_detach: EBUSY)', () => {
    const pasids = new PasidAllocator({ bits: 2 });
    take(pasids, 3);
    pasids.retire(2);
    pasids.leak(2);
    free(pasids, 1);
    free(pasids, 3);
    expect(pasids.counters).to.deep.equal({ active: 0, draining: 0, leaked: 1, available: 2 });
    expect(take(pasids, 2)).to.deep.equal([1, 3]);
    expect(outcome(() => pasids.allocate())).to.equal('ENOSPC pasid.exhausted');
    for (const step of ['retire', 'confirmQuiet', 'leak'] as const) {
      expect(outcome(() => pasids[step](2))).to.equal('EINVAL pasid.state');
    }
  });

  it('pasid step: refuses a step in the wrong state and says in which (ocxl/context.c: each step once)', () => {
    const pasids = new PasidAllocator({ bits: 2 });
    take(pasids, 2);
    pasids.retire(2);
    const before = pasids.counters;
    const wrong = [
      ['confirmQuiet', 1],
      ['leak', 1],
      ['retire', 2],
      ...[NO_PASID, 3, 4, -1, 0.5, NaN].map((pasid) => ['retire', pasid] as const),
    ] as const;
    for (const [step, pasid] of wrong) {
      expect(outcome(() => pasids[step](pasid))).to.equal('EINVAL pasid.state');
    }
    expect(pasids.counters).to.deep.equal(before);
    try {
      pasids.leak(1);
      expect.fail('leak of an active PASID');
    } catch (error) {
      expect(MdevError.is(error) && error.details).to.deep.equal({
        pasid: 1,
        state: 'active',
        needed: 'draining',
      });
    }
  });

  it('hands out all of 20 bits once before the first comes back', () => {
    const pasids = new PasidAllocator();
    for (let expected = 1; expected <= 0xf_ffff; expected++) {
      const pasid = pasids.allocate();
      if (pasid !== expected) {
        expect.fail(`${pasid} instead of ${expected}`);
      }
      free(pasids, pasid);
    }
    expect(pasids.allocate()).to.equal(1);
  });
});
