import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { Made } from '../access/access.test-support.js';
import { DmaPort } from '../dma/index.js';
import { ParentIommu } from '../table/index.js';
import { ProcessAddressSpace } from './process-address-space.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd.c, iommufd_mock_domain.fork_gone';
const made = new Made();

/** A device whose PASID 5 leads to a process. */
function attached(space: ProcessAddressSpace): { iommu: ParentIommu; port: DmaPort } {
  const iommu = new ParentIommu();
  iommu.attach(iommu.allocateDomain(space, { pasid: true }), 5);
  const port = new DmaPort({ report: () => undefined });
  port.retarget(iommu.entry(5));
  return { iommu, port };
}

describe(`${SOURCE}: the process that the memory is of has gone`, () => {
  made.disposeAfterEach();

  it('fork gone: with a domain: accesses and pins fault from then on, and what is attached can be detached', () => {
    const space = new ProcessAddressSpace();
    const { iommu, port } = attached(space);
    const driver = made.driver();
    driver.access.attach(space);
    const address = space.register(new Uint8Array(16).fill(3));
    const pinned = driver.access.pin(address, 16);
    space.exit();
    const into = new Uint8Array(4);
    expect(outcome(() => port.read(address, into))).to.equal('EFAULT dma.fault');
    expect(outcome(() => driver.access.rw(address, into, { write: false }))).to.equal(
      'ENOENT ioas.hole',
    );
    expect(outcome(() => driver.access.pin(address, 4))).to.equal('ENOENT ioas.hole');
    expect(outcome(() => pinned.views())).to.equal('ENODEV access.revoked');
    expect([...into]).to.deep.equal([0, 0, 0, 0]);
    expect(
      outcome(() => space.destroy()),
      'still attached',
    ).to.equal('EBUSY ioas.busy');
    driver.access.detach();
    iommu.detach(5);
    // The domain that it was attached by is the caller's.
    expect(space.isBusy).to.equal(true);
    expect([driver.access.pinCount, space.mapCount]).to.deep.equal([0, 0]);
  });

  it('fork gone: without a domain: nothing is attached to it any more, by whatever way: ESRCH', () => {
    const space = new ProcessAddressSpace();
    const address = space.register(new Uint8Array(16));
    space.exit();
    const iommu = new ParentIommu();
    const { access } = made.driver();
    for (const run of [
      () => iommu.attach(space),
      () => iommu.allocateDomain(space, { pasid: true }),
      () => {
        access.attach(space);
      },
      () => space.register(new Uint8Array(1)),
    ]) {
      expect(outcome(run)).to.equal('ESRCH sva.exited');
    }
    expect(outcome(() => space.at(address, 1))).to.equal('EFAULT sva.fault');
    expect([iommu.dump(), access.space, space.isBusy]).to.deep.equal([[], undefined, false]);
    space.destroy();
  });

  it('fork gone: of two processes on one device: the other one is not touched', () => {
    const [gone, alive] = [new ProcessAddressSpace(), new ProcessAddressSpace()];
    const { iommu, port } = attached(alive);
    iommu.attach(iommu.allocateDomain(gone, { pasid: true }), 6);
    const addresses = [gone, alive].map((space) => space.register(new Uint8Array(4).fill(7)));
    expect(addresses[0], 'the same address in both').to.equal(addresses[1]);
    gone.exit();
    const into = new Uint8Array(4);
    port.read(addresses[1] ?? NaN, into);
    expect([...into]).to.deep.equal([7, 7, 7, 7]);
    port.retarget(iommu.entry(6));
    expect(outcome(() => port.read(addresses[0] ?? NaN, into))).to.equal('EFAULT dma.fault');
  });
});
