import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace } from '../space/index.js';
import type { DomainFlags } from './domain.js';
import type { ParentIommuOptions } from './hardware.js';
import { ParentIommu } from './parent-iommu.js';
import { World } from './world.test-support.js';

describe('alloc_hwpt (tools/testing/selftests/iommu/iommufd.c)', () => {
  it('domain busy: a domain that is attached is EBUSY; then it goes once, and is ENOENT', () => {
    const world = new World();
    const domain = world.domain({ pasid: true });
    world.iommu.attach(domain);
    world.iommu.attach(domain, 100);
    expect(world.refusal(() => domain.destroy())).to.equal('EBUSY iommu.in-use');
    world.iommu.detach();
    expect(world.refusal(() => domain[Symbol.dispose]())).to.equal('EBUSY iommu.in-use');
    world.iommu.detach(100);
    expect(domain.space.isBusy).to.be.true;
    domain.destroy();
    expect(domain.space.isBusy).to.be.false;
    expect(world.refusal(() => domain.destroy())).to.equal('ENOENT iommu.destroyed');
    domain[Symbol.dispose]();
  });

  it('rotation: each of two domains is free when the other is attached', () => {
    const world = new World();
    const space = world.space();
    const [first, second] = [world.domain({}, space), world.domain({}, space)];
    world.iommu.attach(first);
    world.iommu.replace(second);
    expect(world.refusal(() => second.destroy())).to.equal('EBUSY iommu.in-use');
    first.destroy();
    const third = world.iommu.replace(world.domain({}, space));
    second.destroy();
    world.iommu.detach();
    third.destroy();
    expect(space.isBusy).to.be.false;
  });

  it('domain space: its space cannot go before it (ioas_destroy)', () => {
    const world = new World();
    const domain = world.domain();
    expect(world.refusal(() => domain.space.destroy())).to.equal('EBUSY ioas.busy');
    domain.destroy();
    domain.space.destroy();
  });

  it('domain flag: an unknown flag is EOPNOTSUPP', () => {
    const world = new World();
    const space = world.space();
    const flags = { pasid: true, nested: true } as DomainFlags;
    expect(world.refusal(() => world.iommu.allocateDomain(space, flags))).to.equal(
      'EOPNOTSUPP iommu.flags',
    );
  });

  it('domain dirty: dirty: enforce needs hardware that has it: EOPNOTSUPP to allocate, EINVAL to attach', () => {
    const without = new World({ dirty: false });
    const space = without.space();
    for (const pasid of [true, false]) {
      const allocate = () => without.iommu.allocateDomain(space, { dirty: true, pasid });
      expect(without.refusal(allocate)).to.equal('EOPNOTSUPP iommu.no-dirty');
    }
    expect(without.domain().isDirtyEnforced).to.be.false;
    const enforced = new World().domain({ dirty: true, pasid: true });
    expect([enforced.isDirtyEnforced, enforced.isPasidCompatible]).to.deep.equal([true, true]);
    for (const pasid of [0, 100]) {
      expect(without.refusal(() => without.iommu.attach(enforced, pasid))).to.equal(
        'EINVAL iommu.foreign',
      );
    }
  });
});

describe('constraints of the hardware (drivers/iommu/iommufd/io_pagetable.c, iopt_table_add_domain)', () => {
  const aperture = { start: 2 ** 24, last: 2 ** 31 - 1 };

  it('constrain hardware: a space is subject to them while it has a domain', () => {
    const world = new World({
      aperture,
      pageSizes: 0x1800n,
      reserved: [{ start: 2 ** 25, last: 2 ** 25 + 4095 }],
    });
    const space = new AddressSpace({ personality: 'iommufd' });
    const domain = world.domain({}, space);
    expect(space.alignment).to.equal(2048);
    expect(space.usableRanges).to.deep.equal([
      { start: 2 ** 24, last: 2 ** 25 - 1 },
      { start: 2 ** 25 + 4096, last: 2 ** 31 - 1 },
    ]);
    expect(space.pageSizes).to.equal(0x1000n);
    domain.destroy();
    expect(space.alignment).to.equal(1);
    expect(space.usableRanges).to.have.length(1);
  });

  for (const [personality, answer] of [
    ['iommufd', 'EADDRINUSE ioas.conflict'],
    ['type1v2', 'EINVAL dma.conflict'],
  ] as const) {
    it(`constrain hardware: a map outside the aperture is ${answer}, for a domain and for attach of the space`, () => {
      const world = new World({ aperture });
      const space = world.space({ personality });
      expect(world.refusal(() => world.iommu.allocateDomain(space))).to.equal(answer);
      expect(world.refusal(() => world.iommu.attach(space))).to.equal(answer);
      const own = world.iommu.attach(new AddressSpace());
      expect(world.refusal(() => world.iommu.replace(space))).to.equal(answer);
      expect(own.users).to.equal(1);
    });
  }

  it('allow reserved: what is not allowed of the device is allowed of nobody: allowed ranges conflict, too', () => {
    const world = new World({ aperture });
    const space = new AddressSpace({ personality: 'iommufd' });
    space.allow([{ start: 4096, last: 8191 }]);
    world.spaces.push(space);
    expect(world.refusal(() => world.iommu.attach(space))).to.equal(
      'EADDRINUSE ioas.allowed-reserved',
    );
  });

  it('iommu default: every page size from 4 KiB and every IOVA by default', () => {
    const world = new World();
    const { space } = world.domain();
    expect(space.alignment).to.equal(4096);
    expect(space.pageSizes).to.equal(2n ** 64n - 4096n);
    expect(space.usableRanges).to.deep.equal([{ start: 0, last: 2n ** 64n - 1n }]);
  });
});

describe('options of ParentIommu (include/linux/iommu.h, struct iommu_domain)', () => {
  for (const [name, options, answer] of [
    ['no PASID bit', { pasidBits: 0 }, 'EINVAL pasid.bits'],
    ['21 PASID bits', { pasidBits: 21 }, 'EINVAL pasid.bits'],
    ['no page size', { pageSizes: 0n }, 'EINVAL iommu.options'],
    ['page sizes below 0', { pageSizes: -4096n }, 'EINVAL iommu.options'],
    ['page sizes beyond 64 bits', { pageSizes: 2n ** 64n }, 'EINVAL iommu.options'],
    ['an empty aperture', { aperture: { start: 1, last: 0 } }, 'EINVAL iommu.options'],
    [
      'an aperture beyond 64 bits',
      { aperture: { start: 0, last: 2n ** 64n } },
      'EINVAL iommu.options',
    ],
    ['a reserved range backwards', { reserved: [{ start: 2, last: 1 }] }, 'EINVAL iommu.options'],
    [
      'a reserved range of no IOVA',
      { reserved: [{ start: 0.5, last: 1 }] },
      'EINVAL iommu.options',
    ],
  ] as const satisfies readonly (readonly [string, ParentIommuOptions, string])[]) {
    it(`iommu options: ${name}: ${answer}`, () => {
      expect(outcome(() => new ParentIommu(options))).to.equal(answer);
    });
  }

  it('iommu options: page sizes that are no bigint: EINVAL', () => {
    const options = JSON.parse('{ "pageSizes": 4096 }') as ParentIommuOptions;
    expect(outcome(() => new ParentIommu(options))).to.equal('EINVAL iommu.options');
  });
});
