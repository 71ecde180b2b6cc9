import { expect } from 'chai';
import type { DmaTarget } from '../dma/dma-target.js';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { IommuTenancy } from './tenancy.js';
import { firstByte, World } from './world.test-support.js';

/** A world with one open tenancy; its space reads 1. */
function tenant(pasidBits = 3): { world: World; tenancy: IommuTenancy } {
  const world = new World({ pasidBits }, [0, 1, 2, 3, 4, 5, 6, 7]);
  return { world, tenancy: IommuTenancy.open(world.iommu, world.space()) };
}

describe('IommuTenancy (drivers/vfio/iommufd.c, vfio_iommufd_physical_pasid_attach_ioas)', () => {
  it('tenancy isolation: two of one parent: the same IOVA, different memory; neither has the PASID of the other', () => {
    const { world, tenancy: a } = tenant();
    const b = IommuTenancy.open(world.iommu, world.space());
    expect([firstByte(a.own.space), firstByte(b.own.space)]).to.deep.equal([1, 2]);
    expect(a.pasid).to.not.equal(b.pasid);
    expect([a.target(b.pasid), b.target(a.pasid)]).to.deep.equal([undefined, undefined]);
    expect(a.target(a.pasid)).to.equal(a.own);
    for (const pasid of [0, 7, 8, -1, NaN]) {
      expect(a.target(pasid)).to.equal(undefined);
    }
  });

  it('tenancy own: does not touch the device itself, whose own space then has to be for PASIDs', () => {
    const { world, tenancy } = tenant();
    expect(world.iommu.entry(0).space).to.equal(undefined);
    expect(world.refusal(() => world.iommu.attach(world.spaces[0]!))).to.equal(
      'EINVAL iommu.own-domain',
    );
    tenancy.close();
    world.iommu.attach(world.space());
    expect(world.refusal(() => IommuTenancy.open(world.iommu, world.spaces[0]!))).to.equal(
      'EINVAL iommu.own-domain',
    );
  });

  it('tenancy bind: bind and unbind: a further PASID of the same mdev for another space', () => {
    const { world, tenancy } = tenant();
    const space = world.space();
    const pasid = tenancy.bind(space);
    const entry = tenancy.target(pasid);
    expect([pasid, entry?.pasid, firstByte(entry?.space)]).to.deep.equal([2, 2, 2]);
    tenancy.unbind(pasid);
    expect(tenancy.target(pasid)).to.equal(undefined);
    expect([entry?.space, space.isBusy]).to.deep.equal([undefined, false]);
    expect(firstByte(tenancy.own.space)).to.equal(1);
    expect(tenancy.draining).to.deep.equal([pasid]);
  });

  it('tenancy replace: replace: the entry that a device keeps leads elsewhere at once', () => {
    const { world, tenancy } = tenant();
    const [first, second] = [world.spaces[0]!, world.space()];
    const { own, pasid } = tenancy;
    tenancy.replace(pasid, second);
    expect(own.space).to.equal(second);
    expect(tenancy.own).to.equal(own);
    expect([first.isBusy, second.isBusy]).to.deep.equal([false, true]);
    const cancelled: number[] = [];
    const pageRequests = {
      request: () => Promise.resolve('invalid' as const),
      cancel: (source: DmaTarget): void => void cancelled.push(source.pasid),
    };
    second.pageRequests = pageRequests;
    const before = world.snapshot();
    tenancy.replace(pasid, second);
    expect(world.snapshot()).to.deep.equal(before);
    expect(cancelled, 'by a replace with the same space').to.deep.equal([]);
    tenancy.close();
    expect(cancelled).to.deep.equal([pasid]);
    expect(second.isBusy).to.be.false;
  });

  it('attach not quiet: bug: a PASID that drains, or was given up, is not attached by hand either: EBUSY', () => {
    const { world, tenancy } = tenant();
    const { pasid } = tenancy;
    tenancy.close();
    const domain = world.iommu.allocateDomain(world.space(), { pasid: true });
    expect(outcome(() => world.iommu.attach(domain, pasid))).to.equal('EBUSY iommu.not-quiet');
    tenancy.settleAll(false);
    expect(outcome(() => world.iommu.attach(domain, pasid))).to.equal('EBUSY iommu.not-quiet');
    domain.destroy();
  });

  it('tenancy unfit: a space whose maps do not fit is refused, and what was attached stays', () => {
    const world = new World({ aperture: { start: 0, last: 0xffff } }, [0, 1, 2]);
    const [space, unfit] = [world.space(), world.space()];
    unfit.map({ iova: 0x10000, memory: new Uint8Array(4096) });
    const tenancy = IommuTenancy.open(world.iommu, space);
    const calls = [
      () => tenancy.replace(tenancy.pasid, unfit),
      () => tenancy.bind(unfit),
      () => IommuTenancy.open(world.iommu, unfit),
    ];
    for (const call of calls) {
      expect(world.refusal(call)).to.equal('EADDRINUSE ioas.conflict');
    }
  });

  it('tenancy foreign: a PASID of another tenancy, or of none, is ENOENT; the own one is not unbound', () => {
    const { world, tenancy } = tenant();
    const other = IommuTenancy.open(world.iommu, world.space());
    const space = world.space();
    for (const pasid of [0, other.pasid, 5, NaN]) {
      expect(world.refusal(() => tenancy.unbind(pasid))).to.equal('ENOENT iommu.unbound');
      expect(world.refusal(() => tenancy.replace(pasid, space))).to.equal('ENOENT iommu.unbound');
      expect(world.refusal(() => tenancy.settle(pasid, true))).to.equal(
        'ENOENT iommu.not-draining',
      );
    }
    expect(world.refusal(() => tenancy.unbind(tenancy.pasid))).to.equal('EINVAL iommu.own-pasid');
    expect(world.refusal(() => tenancy.settle(tenancy.pasid, false))).to.equal(
      'ENOENT iommu.not-draining',
    );
  });

  it('tenancy close: close detaches everything and tells what drains, each time until it is settled', () => {
    const { world, tenancy } = tenant();
    const [bound, unbound] = [tenancy.bind(world.space()), tenancy.bind(world.space())];
    tenancy.unbind(unbound);
    expect(tenancy.close()).to.deep.equal([tenancy.pasid, bound, unbound]);
    expect(world.iommu.dump()).to.deep.equal([]);
    expect(world.spaces.some(({ isBusy }) => isBusy)).to.be.false;
    for (const pasid of [tenancy.pasid, bound, unbound]) {
      expect(tenancy.target(pasid)).to.equal(undefined);
    }
    expect(tenancy.own.space).to.equal(undefined);
    tenancy.settle(bound, true);
    expect(tenancy.close()).to.deep.equal([tenancy.pasid, unbound]);
    tenancy.settleAll(true);
    expect(tenancy.close()).to.deep.equal([]);
    tenancy.settleAll(true);
  });

  it('tenancy closed: a closed tenancy binds nothing: EINVAL; it has nothing to replace: ENOENT', () => {
    const { world, tenancy } = tenant();
    const [space] = world.spaces;
    tenancy.close();
    expect(world.refusal(() => tenancy.bind(space!))).to.equal('EINVAL iommu.closed');
    expect(world.refusal(() => tenancy.replace(tenancy.pasid, space!))).to.equal(
      'ENOENT iommu.unbound',
    );
  });

  it('tenancy by hand: a PASID that somebody attached by hand stays theirs: EBUSY', () => {
    const world = new World({ pasidBits: 3 }, [0, 1, 2]);
    const domain = world.domain({ pasid: true });
    world.iommu.attach(domain, 1);
    const space = world.space();
    expect(world.refusal(() => IommuTenancy.open(world.iommu, space))).to.equal(
      'EBUSY iommu.attached',
    );
    expect(world.reads(1)).to.equal(1);
  });
});

describe('PASIDs of tenancies (drivers/misc/ocxl/context.c; drivers/iommu/iommu-sva.c)', () => {
  for (const bits of [1, 2, 3]) {
    it(`pasid exhausted: PASIDs of width ${bits} serve ${2 ** bits - 1}; one more is ENOSPC, for open and bind`, () => {
      const world = new World({ pasidBits: bits }, [0, 1, 2, 3, 4, 5, 6, 7]);
      const all = Array.from({ length: 2 ** bits - 1 }, () =>
        IommuTenancy.open(world.iommu, world.space()),
      );
      const space = world.space();
      const calls = [() => IommuTenancy.open(world.iommu, space), () => all[0]!.bind(space)];
      for (const call of calls) {
        expect(world.refusal(call)).to.equal('ENOSPC pasid.exhausted');
      }
      expect(all.map(({ own }) => firstByte(own.space))).to.deep.equal(
        all.map((_, index) => index + 1),
      );
    });
  }

  it('pasid draining: a PASID comes back only when the device is quiet, and then with a new entry', () => {
    const { world, tenancy } = tenant(1);
    const { own } = tenancy;
    tenancy.close();
    const open = () => IommuTenancy.open(world.iommu, world.spaces[0]!);
    expect(world.refusal(open)).to.equal('ENOSPC pasid.exhausted');
    expect(world.iommu.pasidCounters).to.deep.include({ draining: 1, available: 0 });
    tenancy.settle(1, true);
    const next = open();
    expect(next.pasid).to.equal(1);
    expect(next.own.space).to.equal(world.spaces[0]);
    expect(own.space, 'what the last user kept').to.equal(undefined);
    expect(world.refusal(() => tenancy.settle(1, true))).to.equal('ENOENT iommu.not-draining');
  });

  it('pasid leaked: one that is never quiet leaks: never used again', () => {
    const { world, tenancy } = tenant(2);
    tenancy.bind(world.space());
    tenancy.close();
    tenancy.settle(1, false);
    tenancy.settleAll(true);
    expect(world.iommu.pasidCounters).to.deep.equal({
      active: 0,
      draining: 0,
      leaked: 1,
      available: 2,
    });
    const seen = Array.from({ length: 3 }, () =>
      outcome(() => IommuTenancy.open(world.iommu, world.spaces[0]!).pasid),
    );
    expect(seen).to.deep.equal([3, 2, 'ENOSPC pasid.exhausted']);
  });
});
