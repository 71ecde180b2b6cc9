import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../clock/index.js';
import { microtasks, outcome, settled } from '../errors/outcome.test-support.js';
import { AddressSpace, ParentIommu, ProcessAddressSpace, WHOLE_SPACE } from '../iommu/index.js';
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

  it('bind drain: bug: work that waits for memory ends at once, and its PASID is not given up', async () => {
    let job: Promise<unknown> = Promise.resolve();
    const { bench, device, iommu } = await opened(async () => {
      await job;
    });
    await using _ = bench;
    const clock = new ManualClock();
    const never = (): Promise<never> => new Promise(() => undefined);
    const space = new ProcessAddressSpace({ onFault: never, clock });
    const at = space.register(new Uint8Array(16), { present: false });
    const binding = await device.bind(space);
    const dma = bench.endpoint.dma.withPasid(binding.pasid);
    job = settled(dma.request(at, 16, 'read'));
    await microtasks();
    await binding.unbind();
    expect(await job).to.equal('EFAULT dma.fault');
    expect(iommu.pasidCounters).to.include({ draining: 0, leaked: 0 });
    expect(clock.pendingCount).to.equal(0);
  });

  for (const how of ['unbind', 'replace'] as const) {
    it(`bind access: bug: a driver that opens its access again when it is told of the ${how} does not hang it`, async () => {
      const { bench, device } = await opened();
      await using _ = bench;
      const binding = await device.bind(spaceOf(2));
      const dma = bench.endpoint.dma.withPasid(binding.pasid);
      let opens = 0;
      const open = (): void => {
        opens += 1;
        dma.access({ name: 'again', needsPin: true, unmap: open });
      };
      open();
      await (how === 'unbind' ? binding.unbind() : binding.replace(spaceOf(3)));
      expect(opens).to.equal(2);
      expect(readAt0(bench, binding.pasid)).to.equal(how === 'unbind' ? 'EFAULT dma.fault' : 3);
    });
  }

  it('bind stale: bug: a binding of a former client does nothing to the next one, whatever PASID that has', async () => {
    const { bench, device, iommu } = await opened();
    await using _ = bench;
    const stale = await device.bind(spaceOf(2));
    await device.close();
    let next = await bench.open();
    while (bench.endpoint.dmaPlane.pasid !== stale.pasid) {
      await next.close();
      next = await bench.open();
    }
    await next.dmaMap({ iova: 0, memory: new Uint8Array(PAGE).fill(7) });
    expect(await settled(stale.replace(spaceOf(2)))).to.equal('ENOENT iommu.unbound');
    await stale.unbind();
    expect(readAt0(bench, stale.pasid)).to.equal(7);
    expect(iommu.pasidCounters).to.include({ active: 1, leaked: 0 });
  });

  it('bind stale: bug: a binding that is ending cannot be replaced', async () => {
    const drained = deferred();
    const { bench, device } = await opened(() => drained.promise);
    await using _ = bench;
    const binding = await device.bind(spaceOf(2));
    const ending = binding.unbind();
    expect(await settled(binding.replace(spaceOf(3)))).to.equal('ENOENT iommu.unbound');
    drained.resolve();
    await ending;
  });

  it('bind limit: a client has no more PASIDs than one device may have: ENOSPC', async () => {
    const iommu = new ParentIommu({ bindLimit: 1 });
    await using bench = makeEndpoint({ drainPasid: () => undefined }, { iommu });
    const device = await bench.open();
    const binding = await device.bind(spaceOf(2));
    expect(await settled(device.bind(spaceOf(3)))).to.equal('ENOSPC iommu.bind-limit');
    await binding.unbind();
    await device.bind(spaceOf(4));
  });

  it('bind close: bug: a device that is closed while it binds keeps no PASID', async () => {
    const { bench, device, iommu } = await opened();
    await using _ = bench;
    let closing: Promise<void> | undefined;
    const space = new AddressSpace({
      checkpoint: () => {
        closing ??= device.close();
      },
    });
    expect(await settled(device.bind(space))).to.equal('EINVAL iommu.closed');
    await closing;
    expect(iommu.pasidCounters).to.include({ active: 0, draining: 0 });
    expect(space.isBusy).to.equal(false);
  });

  it('bind close: bug: a driver that fails when memory is taken back does not keep the device closing', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    await device.dmaMap({ iova: 0, memory: new Uint8Array(PAGE).fill(1) });
    const broken = (): never => {
      throw new Error('broken');
    };
    const logger = { debug: broken, info: broken, warn: broken, error: broken, child: broken };
    const access = bench.endpoint.dma.access({
      name: 'broken',
      needsPin: true,
      unmap: broken,
      logger,
    });
    access.pin(0, PAGE);
    await device.close();
    await bench.open();
    expect(readAt0(bench, bench.endpoint.dma.pasid), 'nothing of the former client').to.equal(
      'EFAULT dma.fault',
    );
  });

  it('bind access: an access ends with its PASID', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    const binding = await device.bind(spaceOf(2));
    const dma = bench.endpoint.dma.withPasid(binding.pasid);
    const told: unknown[] = [];
    const access = dma.access({
      name: 'test',
      needsPin: true,
      unmap: (...range) => void told.push(range),
    });
    const pin = access.pin(0, PAGE);
    expect(pin.views()[0]?.[0]).to.equal(2);
    await binding.unbind();
    expect(told).to.deep.equal([[0, WHOLE_SPACE]]);
    expect(outcome(() => pin.views())).to.equal('ENODEV access.revoked');
    expect(outcome(() => dma.access({ name: 'late' }))).to.equal('ENOENT access.detached');
  });

  it('bind stale: a port of a former client reaches nothing, and the next client does not hear of it', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    await device.dmaMap({ iova: 0, memory: new Uint8Array(PAGE).fill(1) });
    const old = bench.endpoint.dma.withPasid(bench.endpoint.dma.pasid);
    await device.close();
    const next = await bench.open();
    await next.dmaMap({ iova: 0, memory: new Uint8Array(PAGE).fill(2) });
    const events = next.events();
    const into = new Uint8Array(1);
    expect(outcome(() => old.read(0, into))).to.equal('EFAULT dma.fault');
    expect([into[0], bench.endpoint.dma.counters.faults]).to.deep.equal([0, 1]);
    await next.close();
    expect(await events.next()).to.deep.equal({ done: true, value: undefined });
  });

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
