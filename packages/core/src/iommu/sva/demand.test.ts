import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../../clock/index.js';
import { microtasks, outcome } from '../../errors/outcome.test-support.js';
import type { DmaAccess, PageRequest } from '../dma/index.js';
import type { PageResponse } from './page-requests.js';
import { ProcessAddressSpace } from './process-address-space.js';
import { Device } from './process.test-support.js';

const SVA = 'drivers/iommu/iommu-sva.c';

describe(`memory that comes when a device asks (${SVA}, iommu_sva_handle_iopf; PCIe Base Spec, section 10.4)`, () => {
  it('sva populate: without a handler what is registered is provided, once, if the access is allowed', async () => {
    const space = new ProcessAddressSpace();
    const va = space.register(Uint8Array.of(1, 2, 3), { present: false, write: false });
    const device = new Device(space);
    expect(device.read(va, 3), 'an access does not ask').to.equal('unmapped');
    expect([...space.at(va, 3)], 'the process has it').to.deep.equal([1, 2, 3]);
    const refused: readonly [number, number, DmaAccess][] = [
      [va, 3, 'write'],
      [va, 4, 'read'],
      [va + 3, 1, 'read'],
      [va - 1, 2, 'read'],
    ];
    for (const [iova, length, access] of refused) {
      expect(await device.request(iova, length, access), `${iova - va} ${access}`).to.equal(
        'request',
      );
    }
    expect(space.mapCount).to.equal(0);
    expect(await device.request(va + 1, 2, 'read')).to.equal('granted');
    expect(device.read(va, 3)).to.deep.equal([1, 2, 3]);
    expect(await device.request(va, 3, 'read'), 'at once').to.equal('granted');
  });

  it('sva demand: the handler fills the buffer, populates it and answers success', async () => {
    const seen: PageRequest[] = [];
    const space: ProcessAddressSpace = new ProcessAddressSpace({
      onFault: async (request): Promise<PageResponse> => {
        seen.push(request);
        await Promise.resolve();
        space.at(va, 4).fill(0x5a);
        space.populate(request.iova);
        return 'success';
      },
    });
    const va = space.register(new Uint8Array(4), { present: false });
    const device = new Device(space, 12);
    expect(await device.request(va + 2, 2, 'write')).to.equal('granted');
    expect(seen).to.have.length(1);
    expect(seen[0]).to.include({ pasid: 12, iova: BigInt(va + 2), length: 2, access: 'write' });
    expect(device.read(va, 4)).to.deep.equal([0x5a, 0x5a, 0x5a, 0x5a]);
    space.populate(va);
    expect(space.mapCount).to.equal(1);
  });

  it('sva demand: success without the memory is no success', async () => {
    const space = new ProcessAddressSpace({ onFault: () => 'success' });
    const va = space.register(new Uint8Array(4), { present: false });
    expect(await new Device(space).request(va, 4, 'read')).to.equal('request');
  });

  it('sva demand late: a handler that is late: the device fails at the deadline, and what comes later is there', async () => {
    const clock = new ManualClock();
    let answer: (response: PageResponse) => void = () => undefined;
    const onFault = (): Promise<PageResponse> => new Promise((resolve) => (answer = resolve));
    const space = new ProcessAddressSpace({ onFault, clock, deadlineMs: 50 });
    const va = space.register(new Uint8Array(4), { present: false });
    const device = new Device(space);
    const asked = device.request(va, 4, 'read');
    await microtasks();
    clock.advance(50);
    expect(await asked).to.equal('request');
    space.populate(va);
    answer('success');
    await microtasks();
    expect(device.read(va, 1)).to.deep.equal([0]);
  });

  it('sva not present: a buffer that is not there is unregistered as any other', () => {
    const space = new ProcessAddressSpace();
    const va = space.register(new Uint8Array(4), { present: false });
    space.unregister(va);
    expect(outcome(() => space.populate(va))).to.equal('EINVAL sva.not-registered');
  });

  it('page request limit: page requests at the most, as the option says', async () => {
    const space = new ProcessAddressSpace({
      requestLimit: 1,
      onFault: () => new Promise<PageResponse>(() => undefined),
    });
    const va = space.register(new Uint8Array(4), { present: false });
    const device = new Device(space);
    const first = device.request(va, 4, 'read');
    await microtasks();
    expect(await device.request(va, 4, 'read')).to.equal('request');
    space.pageRequests.cancelAll();
    expect(await first).to.equal('request');
  });
});
