import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, outcome, settled } from '../errors/outcome.test-support.js';
import { AddressSpace, ParentIommu } from '../iommu/index.js';
import type { Device } from './contract.js';
import { DEADLINE_MS, deferred, makeEndpoint, type Bench } from './endpoint.test-support.js';
import type { DeviceModel } from './model.js';

const VFIO = 'include/uapi/linux/vfio.h, VFIO_DEVICE_ATTACH_PASID';
const UACCE = 'drivers/misc/uacce/uacce.c, uacce_unbind_queue';
const PAGE = 4096;

/** A space with one page at 0 that holds `value`. */
function spaceOf(value: number): AddressSpace {
  const space = new AddressSpace();
  space.map({ iova: 0, memory: new Uint8Array(PAGE).fill(value) });
  return space;
}

/** What the device reads at 0 with a PASID. */
function readAt0(bench: Bench, pasid: number): unknown {
  const into = new Uint8Array(1);
  return outcome(() => {
    bench.endpoint.dma.withPasid(pasid).read(0, into);
    return into[0];
  });
}

/** A device that may work with more than one PASID, and a client that has it open. */
async function opened(
  drainPasid: DeviceModel['drainPasid'] = () => undefined,
): Promise<{ bench: Bench; iommu: ParentIommu; device: Device }> {
  const iommu = new ParentIommu({ pasidBits: 2 });
  const bench = makeEndpoint({ drainPasid }, { iommu });
  return { bench, iommu, device: await bench.open() };
}

describe(`a further address space of a device (${VFIO})`, () => {
  it('bind: the device reaches each space by its PASID, and its own by its own', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    await device.dmaMap({ iova: 0, memory: new Uint8Array(PAGE).fill(1) });
    const two = await device.bind(spaceOf(2));
    const three = await device.bind(spaceOf(3));
    expect(new Set([bench.endpoint.dma.pasid, two.pasid, three.pasid]).size).to.equal(3);
    expect(readAt0(bench, bench.endpoint.dma.pasid)).to.equal(1);
    expect(readAt0(bench, two.pasid)).to.equal(2);
    expect(readAt0(bench, three.pasid)).to.equal(3);
  });

  it('bind limit: no PASID left is ENOSPC, and unbinding gives one back', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    const [two] = [await device.bind(spaceOf(2)), await device.bind(spaceOf(3))];
    expect(await settled(device.bind(spaceOf(4)))).to.equal('ENOSPC pasid.exhausted');
    await two.unbind();
    const four = await device.bind(spaceOf(4));
    expect(readAt0(bench, four.pasid)).to.equal(4);
  });

  it('bind unsupported: a model that drains no PASID is EOPNOTSUPP', async () => {
    await using bench = makeEndpoint();
    const device = await bench.open();
    expect(await settled(device.bind(spaceOf(1)))).to.equal('EOPNOTSUPP iommu.no-pasid');
  });

  it('argument type: what is no address space is EINVAL', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    for (const space of [undefined, {}, 7]) {
      const answer = await settled(device.bind(space as unknown as AddressSpace));
      expect(answer).to.equal('EINVAL device.argument');
    }
  });

  it('bind replace: the same PASID leads to the new space; to the old one if that fails', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    const binding = await device.bind(spaceOf(2));
    await binding.replace(spaceOf(3));
    expect(readAt0(bench, binding.pasid)).to.equal(3);
    const unfit = new AddressSpace({ personality: 'iommufd' });
    unfit.map({ iova: 1, memory: new Uint8Array(5) });
    expect(await settled(binding.replace(unfit))).to.equal('EADDRINUSE ioas.conflict');
    expect(readAt0(bench, binding.pasid)).to.equal(3);
  });
});

describe(`the end of a binding (${UACCE})`, () => {
  it('bind drain: work in flight may end with its memory; afterwards the PASID leads nowhere', async () => {
    const drained = deferred();
    const asked: number[] = [];
    const { bench, device, iommu } = await opened((pasid) => {
      asked.push(pasid);
      return drained.promise;
    });
    await using _ = bench;
    const binding = await device.bind(spaceOf(2));
    const ending = binding.unbind();
    expect(binding.unbind(), 'a second call joins the first').to.equal(ending);
    await microtasks();
    expect(readAt0(bench, binding.pasid)).to.equal(2);
    drained.resolve();
    await ending;
    expect(asked).to.deep.equal([binding.pasid]);
    expect(readAt0(bench, binding.pasid)).to.equal('EFAULT dma.fault');
    expect(iommu.pasidCounters.leaked).to.equal(0);
  });

  for (const [how, drain] of [
    ['throws', () => Promise.reject(new Error('broken'))],
    ['never answers', () => deferred().promise],
  ] as const) {
    it(`bind stuck: a model that ${how} is cut off, and its PASID is never used again (drivers/misc/ocxl/context.c)`, async () => {
      const { bench, device, iommu } = await opened(drain);
      await using _ = bench;
      const binding = await device.bind(spaceOf(2));
      const ending = binding.unbind();
      await microtasks();
      bench.clock.advance(DEADLINE_MS);
      await ending;
      expect(readAt0(bench, binding.pasid)).to.equal('EFAULT dma.fault');
      expect(iommu.pasidCounters).to.include({ leaked: 1, available: 1 });
      await device.bind(spaceOf(3));
      expect(await settled(device.bind(spaceOf(4)))).to.equal('ENOSPC pasid.exhausted');
    });
  }

  it('bind close: closing the device ends its bindings, also one that is being drained', async () => {
    const { bench, device, iommu } = await opened(() => deferred().promise);
    await using _ = bench;
    const spaces = [spaceOf(2), spaceOf(3)];
    const bindings = await Promise.all(spaces.map((space) => device.bind(space)));
    const ending = bindings[0]?.unbind();
    await device.close();
    await ending;
    for (const { pasid } of bindings) {
      expect(readAt0(bench, pasid)).to.equal('EFAULT dma.fault');
    }
    expect(spaces.map((space) => space.isBusy)).to.deep.equal([false, false]);
    expect(iommu.pasidCounters).to.include({ active: 0, draining: 0 });
  });
});
