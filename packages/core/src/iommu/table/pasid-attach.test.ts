import { expect } from 'chai';
import { describe, it } from 'mocha';
import { World } from './world.test-support.js';

const PASID = 100;
const OTHER = 200;

describe('pasid_attach (tools/testing/selftests/iommu/iommufd.c; device.c, iommufd_hwpt_pasid_compat)', () => {
  it('attach space: an address space is not for a PASID: EINVAL', () => {
    const world = new World();
    const space = world.space();
    expect(world.refusal(() => world.iommu.attach(space, PASID))).to.equal(
      'EINVAL iommu.pasid-domain',
    );
    world.iommu.attach(world.domain({ pasid: true }), PASID);
    expect(world.refusal(() => world.iommu.replace(space, PASID))).to.equal(
      'EINVAL iommu.pasid-domain',
    );
    expect(space.isBusy).to.be.false;
  });

  it('attach flag: nor is a domain that was allocated without the flag: EINVAL', () => {
    const world = new World();
    const plain = world.domain();
    expect(world.refusal(() => world.iommu.attach(plain, PASID))).to.equal(
      'EINVAL iommu.pasid-domain',
    );
    world.iommu.attach(world.domain({ pasid: true }), PASID);
    expect(world.refusal(() => world.iommu.replace(plain, PASID))).to.equal(
      'EINVAL iommu.pasid-domain',
    );
  });

  it('attach used: a used PASID is EBUSY, whatever is attached; another PASID is not', () => {
    const world = new World();
    const domain = world.domain({ pasid: true });
    world.iommu.attach(domain, PASID);
    for (const what of [domain, world.domain({ pasid: true }), world.domain(), world.space()]) {
      expect(world.refusal(() => world.iommu.attach(what, PASID))).to.equal('EBUSY iommu.attached');
    }
    expect(world.iommu.attach(domain, OTHER)).to.equal(domain);
    expect(domain.users).to.equal(2);
  });

  it('replace nothing: replace of a PASID without an attachment is EINVAL, also after a detach', () => {
    const world = new World();
    const domain = world.domain({ pasid: true });
    const replace = () => world.iommu.replace(domain, PASID);
    expect(world.refusal(replace)).to.equal('EINVAL iommu.unattached');
    world.iommu.attach(domain, PASID);
    world.iommu.detach(PASID);
    expect(world.refusal(replace)).to.equal('EINVAL iommu.unattached');
  });

  it('replace same: replace leads it to another space; with the same domain it changes nothing', () => {
    const world = new World();
    const [first, second] = [world.domain({ pasid: true }), world.domain({ pasid: true })];
    world.iommu.attach(first, PASID);
    expect(world.reads(PASID)).to.equal(1);
    expect(world.iommu.replace(second, PASID)).to.equal(second);
    expect(world.reads(PASID)).to.equal(2);
    expect([first.users, second.users]).to.deep.equal([0, 1]);
    const before = world.snapshot();
    expect(world.iommu.replace(second, PASID)).to.equal(second);
    expect(world.snapshot()).to.deep.equal(before);
  });

  it('attach own: the own domain of the device must be for PASIDs when one is attached: EINVAL', () => {
    const world = new World();
    const forPasid = world.domain({ pasid: true });
    for (const own of [world.domain(), world.space()]) {
      world.iommu.attach(own);
      expect(world.refusal(() => world.iommu.attach(forPasid, PASID))).to.equal(
        'EINVAL iommu.own-domain',
      );
      world.iommu.detach();
    }
    world.iommu.attach(forPasid);
    world.iommu.attach(forPasid, PASID);
    expect(forPasid.users).to.equal(2);
  });

  it('attach own: and the other way: no own domain that is not for PASIDs while one is attached: EINVAL', () => {
    const world = new World();
    const forPasid = world.domain({ pasid: true });
    const unfit = [world.domain(), world.space()];
    world.iommu.attach(forPasid, PASID);
    for (const own of unfit) {
      expect(world.refusal(() => world.iommu.attach(own))).to.equal('EINVAL iommu.own-domain');
    }
    world.iommu.attach(forPasid);
    for (const own of unfit) {
      expect(world.refusal(() => world.iommu.replace(own))).to.equal('EINVAL iommu.own-domain');
    }
    world.iommu.detach(PASID);
    for (const own of unfit) {
      world.iommu.replace(own);
    }
  });

  it('detach own: the own domain goes without the PASIDs', () => {
    const world = new World();
    const domain = world.domain({ pasid: true });
    world.iommu.attach(domain);
    world.iommu.attach(domain, PASID);
    world.iommu.detach();
    expect([world.reads(), world.reads(PASID)]).to.deep.equal([undefined, 1]);
  });

  it('detach nothing: detach of nothing is fine, also of a PASID that there is not (vfio/iommufd.c, pasid_detach)', () => {
    const world = new World({ pasidBits: 4 });
    world.iommu.attach(world.domain({ pasid: true }), 3);
    const before = world.snapshot();
    for (const pasid of [0, 2, 16, -1, NaN]) {
      world.iommu.detach(pasid);
    }
    expect(world.snapshot()).to.deep.equal(before);
  });

  it('attach pasid: what is no PASID of the IOMMU is EINVAL (iommu.c, iommu_attach_device_pasid)', () => {
    const world = new World({ pasidBits: 4 });
    const domain = world.domain({ pasid: true });
    world.iommu.attach(domain, 15);
    for (const pasid of [16, -1, 1.5, NaN, 2 ** 32]) {
      for (const call of ['attach', 'replace'] as const) {
        expect(world.refusal(() => world.iommu[call](domain, pasid))).to.equal(
          'EINVAL iommu.pasid',
        );
      }
      expect(world.refusal(() => world.iommu.entry(pasid))).to.equal('EINVAL iommu.pasid');
    }
  });

  it('attach foreign: a domain of another IOMMU is EINVAL (iommu.c, domain_iommu_ops_compatible)', () => {
    const world = new World();
    const foreign = new World().domain({ pasid: true });
    world.iommu.attach(world.domain({ pasid: true }), OTHER);
    for (const pasid of [0, PASID]) {
      expect(world.refusal(() => world.iommu.attach(foreign, pasid))).to.equal(
        'EINVAL iommu.foreign',
      );
    }
    expect(world.refusal(() => world.iommu.replace(foreign, OTHER))).to.equal(
      'EINVAL iommu.foreign',
    );
    expect(foreign.users).to.equal(0);
  });

  it('attach destroyed: a destroyed domain is ENOENT (main.c, iommufd_get_object)', () => {
    const world = new World();
    const gone = world.domain({ pasid: true });
    gone.destroy();
    world.iommu.attach(world.domain({ pasid: true }), OTHER);
    for (const pasid of [0, PASID, OTHER]) {
      for (const call of ['attach', 'replace'] as const) {
        expect(world.refusal(() => world.iommu[call](gone, pasid))).to.equal(
          'ENOENT iommu.destroyed',
        );
      }
    }
  });
});

describe('ParentIommu.entry (own rule: the entry is all that an access looks at)', () => {
  it('attach entry: is one object through attach, replace and detach', () => {
    const world = new World();
    const entry = world.iommu.entry(PASID);
    expect([entry.pasid, entry.space]).to.deep.equal([PASID, undefined]);
    const [first, second] = [world.domain({ pasid: true }), world.domain({ pasid: true })];
    world.iommu.attach(first, PASID);
    expect(entry.space).to.equal(first.space);
    world.iommu.replace(second, PASID);
    expect(entry.space).to.equal(second.space);
    world.iommu.detach(PASID);
    expect(entry.space).to.equal(undefined);
    world.iommu.attach(first, PASID);
    expect(entry.space).to.equal(first.space);
    expect(world.iommu.entry(PASID)).to.equal(entry);
  });

  it('attach dump: dump shows what is attached, by PASID', () => {
    const world = new World();
    const [plain, dirty] = [
      world.domain({ pasid: true }),
      world.domain({ pasid: true, dirty: true }),
    ];
    dirty.space.map({ memory: new Uint8Array(4096) });
    world.iommu.attach(plain, OTHER);
    world.iommu.attach(dirty, PASID);
    world.iommu.attach(plain);
    expect(world.iommu.dump()).to.deep.equal([
      { pasid: 0, depth: 0, mapCount: 1, dirty: false },
      { pasid: PASID, depth: 0, mapCount: 2, dirty: true },
      { pasid: OTHER, depth: 0, mapCount: 1, dirty: false },
    ]);
  });
});
