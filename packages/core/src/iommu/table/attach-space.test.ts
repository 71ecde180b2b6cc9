import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { DmaTarget } from '../dma/dma-target.js';
import { AddressSpace, IOMMU_PAGE_SIZE } from '../space/index.js';
import { World } from './world.test-support.js';

describe('hwpt_attach, replace (tools/testing/selftests/iommu/iommufd.c)', () => {
  it('attach used: a second attach of the device itself is EBUSY', () => {
    const world = new World();
    const space = world.space();
    const domain = world.iommu.attach(space);
    for (const what of [space, domain, world.space(), world.domain()]) {
      expect(world.refusal(() => world.iommu.attach(what))).to.equal('EBUSY iommu.attached');
    }
    world.iommu.detach();
    world.iommu.attach(domain.space);
  });

  it('replace nothing: replace of nothing is EINVAL, and makes no domain', () => {
    const world = new World();
    const space = world.space();
    expect(world.refusal(() => world.iommu.replace(space))).to.equal('EINVAL iommu.unattached');
    expect(space.isBusy).to.be.false;
  });

  it('attach automatic: attaching a space makes a domain that goes with the detach: ENOENT then', () => {
    const world = new World();
    const space = world.space();
    const automatic = world.iommu.attach(space);
    expect([automatic.isAutomatic, automatic.isPasidCompatible, automatic.users]).to.deep.equal([
      true,
      false,
      1,
    ]);
    expect(world.refusal(() => automatic.destroy())).to.equal('EBUSY iommu.in-use');
    world.iommu.detach();
    expect(space.isBusy).to.be.false;
    expect(world.refusal(() => world.iommu.attach(automatic))).to.equal('ENOENT iommu.destroyed');
    expect(world.refusal(() => automatic.destroy())).to.equal('ENOENT iommu.destroyed');
  });

  it('replace same: replace with the same space finds its domain again', () => {
    const world = new World();
    const space = world.space();
    const automatic = world.iommu.attach(space);
    expect(world.iommu.replace(space)).to.equal(automatic);
    expect(world.iommu.replace(automatic)).to.equal(automatic);
    expect(automatic.users).to.equal(1);
  });

  it('attach automatic: replace: the old automatic domain is gone', () => {
    const world = new World();
    const [first, second] = [world.space(), world.space()];
    const old = world.iommu.attach(first);
    const now = world.iommu.replace(second);
    expect([old.isDestroyed, now.isDestroyed]).to.deep.equal([true, false]);
    expect([first.isBusy, second.isBusy]).to.deep.equal([false, true]);
    expect(world.reads()).to.equal(2);
  });

  it('also when an allocated domain of the same space comes, which stays when it is replaced', () => {
    const world = new World();
    const domain = world.domain();
    const automatic = world.iommu.attach(domain.space);
    world.iommu.replace(domain);
    expect(automatic.isDestroyed).to.be.true;
    expect(world.iommu.replace(domain.space)).to.not.equal(domain);
    expect([domain.users, domain.isDestroyed]).to.deep.equal([0, false]);
  });

  it('attach several: one space serves devices behind two IOMMUs, under the constraints of both', () => {
    const space = new AddressSpace({ personality: 'iommufd' });
    const fine = new World({ pageSizes: 0x800n }).iommu;
    const low = new World({ aperture: { start: 0, last: 2 ** 32 - 1 } }).iommu;
    fine.attach(space);
    low.attach(space);
    expect(space.alignment).to.equal(IOMMU_PAGE_SIZE);
    expect(space.usableRanges).to.deep.equal([{ start: 0, last: 2 ** 32 - 1 }]);
    low.detach();
    expect(space.alignment).to.equal(2048);
    expect(space.isBusy).to.be.true;
    fine.detach();
    expect(space.isBusy).to.be.false;
  });
});

describe('page requests (drivers/iommu/iommufd/eventq.c, iommufd_auto_response_faults)', () => {
  /** A space that remembers for which PASIDs it was told to answer. */
  class RequestedSpace extends AddressSpace {
    readonly cancelled: number[] = [];
    override readonly pageRequests = {
      request: () => Promise.resolve('invalid' as const),
      cancel: ({ pasid }: DmaTarget): void => void this.cancelled.push(pasid),
    };
  }

  it('attach requests: detach and replace answer those of the PASID; a replace with the same does not', () => {
    const { iommu } = new World();
    const space = new RequestedSpace();
    const domain = iommu.allocateDomain(space, { pasid: true });
    iommu.attach(domain);
    iommu.attach(domain, 100);
    iommu.replace(domain, 100);
    iommu.detach(200);
    expect(space.cancelled).to.deep.equal([]);
    iommu.detach(100);
    iommu.replace(new AddressSpace());
    expect(space.cancelled).to.deep.equal([100, 0]);
  });

  it('attach unanswered: a space that fails to answer is reported, and the PASID detached', () => {
    const reported: unknown[] = [];
    const log = (): void => undefined;
    const error = (_: string, fields: unknown): void => void reported.push(fields);
    const logger = { debug: log, info: log, warn: log, error, child: () => logger };
    const { iommu } = new World({ logger });
    const space = new RequestedSpace();
    const broken = new Error('broken');
    space.pageRequests.cancel = () => {
      throw broken;
    };
    const domain = iommu.attach(space);
    iommu.detach();
    expect([domain.isDestroyed, space.isBusy, iommu.entry(0).space]).to.deep.equal([
      true,
      false,
      undefined,
    ]);
    expect(reported).to.deep.equal([{ pasid: 0, error: broken }]);
  });
});
