import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome, settled } from '../errors/outcome.test-support.js';
import { AddressSpace, ParentIommu } from '../iommu/index.js';
import { DeviceClient } from './device-client.js';
import { makeEndpoint } from './endpoint.test-support.js';

const SOURCE = 'tools/testing/selftests/vfio/vfio_iommufd_setup_test.c';
const PAGE = 4096;

function iommufdSpace(fill: number): AddressSpace {
  const space = new AddressSpace({ personality: 'iommufd' });
  space.map({ iova: PAGE, memory: new Uint8Array(PAGE).fill(fill) });
  return space;
}

describe(`binding and attaching a device (${SOURCE})`, () => {
  it('setup bind: device_info works once it is open, and is EINVAL before', async () => {
    await using bench = makeEndpoint();
    expect(outcome(() => bench.endpoint.info())).to.equal('EINVAL device.not-open');
    const device = await bench.open();
    expect((await device.info()).numRegions).to.equal(4);
  });

  it('setup bind: a repeated bind is EBUSY, and the first one keeps the device', async () => {
    const iommu = new ParentIommu({ pasidBits: 2 });
    await using bench = makeEndpoint({}, { iommu });
    const device = await bench.open();
    expect(await settled(bench.open())).to.equal('EBUSY device.busy');
    expect(iommu.pasidCounters).to.include({ active: 1, draining: 0, leaked: 0 });
    expect((await device.info()).numRegions).to.equal(4);
  });

  it('setup bind: without a model to bind to it is EINVAL, and can be told again', async () => {
    await using bench = makeEndpoint();
    const client = new DeviceClient(bench.endpoint, () => undefined);
    for (let i = 0; i < 2; i++) {
      expect(await settled(client.info())).to.equal('EINVAL device.not-open');
    }
    await client.close();
  });

  it('setup attach: attach and detach of an I/O address space, as often as one likes, and its maps stay', async () => {
    const iommu = new ParentIommu({ pasidBits: 2 });
    await using bench = makeEndpoint({ drainPasid: () => undefined }, { iommu });
    const device = await bench.open();
    const space = iommufdSpace(5);
    for (let i = 0; i < 5; i++) {
      const binding = await device.bind(space);
      const into = new Uint8Array(1);
      bench.endpoint.dma.withPasid(binding.pasid).read(PAGE, into);
      expect([into[0], space.isBusy]).to.deep.equal([5, true]);
      await binding.unbind();
      expect([space.isBusy, space.mapCount]).to.deep.equal([false, 1]);
    }
    expect(iommu.pasidCounters).to.deep.equal({ active: 1, draining: 0, leaked: 0, available: 2 });
  });

  it('setup attach: to what there is not: EINVAL for no address space, ENOENT for a destroyed domain', async () => {
    const iommu = new ParentIommu();
    await using bench = makeEndpoint({ drainPasid: () => undefined }, { iommu });
    const device = await bench.open();
    const id = 0xffff_ffff as unknown as AddressSpace;
    expect(await settled(device.bind(id))).to.equal('EINVAL device.argument');
    const domain = iommu.allocateDomain(iommufdSpace(1), { pasid: true });
    domain.destroy();
    for (const pasid of [0, 0xfffff]) {
      expect(outcome(() => iommu.attach(domain, pasid))).to.equal('ENOENT iommu.destroyed');
    }
    expect(iommu.pasidCounters).to.include({ active: 1 });
  });
});
