import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks } from '../errors/outcome.test-support.js';
import type { Device } from '../device/index.js';
import type { Dma } from '../iommu/index.js';
import {
  hostWith,
  outcome,
  testDriver,
  uuidOf,
  type TestDriverOptions,
} from './host.test-support.js';
import { MdevHost } from './mdev-host.js';

const ATTACH = 'drivers/iommu/iommufd/device.c, iommufd_device_attach with a PASID';
const OCXL = 'drivers/misc/ocxl/context.c, ocxl_context_detach';
const PAGE = 4096;

/** The `Dma` of each model, in the order of their creation. */
function recording(dmas: Dma[], parts: TestDriverOptions = {}): TestDriverOptions {
  return {
    ...parts,
    model: (services) => {
      dmas.push(services.dma);
      return parts.model?.(services) ?? {};
    },
  };
}

async function createAndOpen(host: MdevHost, n: number): Promise<Device> {
  const { uuid } = await host.create({ parent: 'p0', type: 'test-one', uuid: uuidOf(n) });
  return host.open(uuid);
}

describe(`the IOMMU of a parent, shared by its mdevs (${ATTACH})`, () => {
  it('pasid open: an mdev has a PASID of its parent from open to close, another than its siblings', async () => {
    const { host } = await hostWith();
    await using _ = host;
    const first = await createAndOpen(host, 1);
    const second = await createAndOpen(host, 2);
    const pasids = [1, 2].map((n) => host.info(uuidOf(n)).pasid);
    expect(new Set([...pasids, 0]).size).to.equal(3);
    expect(host.parentInfo('p0').pasids).to.include({ active: 2, leaked: 0 });
    await first.close();
    expect(host.info(uuidOf(1)).pasid).to.equal(0);
    await second.close();
    expect(host.parentInfo('p0').pasids).to.include({ active: 0, draining: 0, leaked: 0 });
  });

  it('pasid isolation: two mdevs have different memory at one IOVA, and never see the other', async () => {
    const dmas: Dma[] = [];
    const { host } = await hostWith(recording(dmas));
    await using _ = host;
    await using first = await createAndOpen(host, 1);
    await using second = await createAndOpen(host, 2);
    const devices = [first, second];
    const memories = [1, 2].map((value) => new Uint8Array(PAGE).fill(value));
    for (const [i, device] of devices.entries()) {
      await device.dmaMap({ iova: 0x1000, memory: memories[i] ?? new Uint8Array(0) });
    }
    const into = new Uint8Array(4);
    for (const [i, dma] of dmas.entries()) {
      dma.read(0x1000, into);
      expect([...into]).to.deep.equal(new Array(4).fill(i + 1));
    }
    const [own, other] = dmas;
    const forged = own?.withPasid(other?.pasid ?? 0);
    expect(await outcome(() => forged?.read(0x1000, into))).to.equal('EFAULT dma.fault');
    expect(await outcome(() => forged?.write(0x1000, into))).to.equal('EFAULT dma.fault');
    expect(memories[1]?.every((byte) => byte === 2)).to.equal(true);
  });

  it('pasid fault: the client is told with the PASID, and so is the driver', async () => {
    const dmas: Dma[] = [];
    const { host } = await hostWith(recording(dmas));
    await using _ = host;
    await using device = await createAndOpen(host, 1);
    const events = device.events();
    const { pasid } = host.info(uuidOf(1));
    const fault = { pasid, iova: 0x5000n, length: 8, access: 'write', cause: 'unmapped' };
    expect(() => dmas[0]?.write(0x5000, new Uint8Array(8)))
      .to.throw()
      .with.deep.property('fault', fault);
    expect((await events.next()).value).to.deep.equal({ kind: 'fault', ...fault });
  });

  it('pasid reuse: a device that does not confirm that it is quiet keeps its PASID for ever, and a counter tells', async () => {
    const { host, clock } = await hostWith(
      { model: () => ({ close: () => new Promise<void>(() => undefined) }) },
      { handlerDeadlineMs: 50 },
    );
    const device = await createAndOpen(host, 1);
    const { pasid } = host.info(uuidOf(1));
    const closing = device.close();
    await microtasks();
    expect(host.parentInfo('p0').pasids).to.include({ draining: 1, leaked: 0 });
    clock.advance(50);
    await closing;
    expect(host.parentInfo('p0').pasids, OCXL).to.include({ draining: 0, leaked: 1 });
    const again = await host.open(uuidOf(1));
    expect(host.info(uuidOf(1)).pasid).to.not.equal(pasid);
    const ending = Promise.all([again.close(), host.close()]);
    await microtasks();
    clock.advance(50);
    await ending;
  });

  it('pasid refused: an open that the model refuses leaves no PASID behind', async () => {
    const { host } = await hostWith({
      model: () => ({
        open: () => {
          throw new Error('no');
        },
      }),
    });
    await using _ = host;
    expect(await outcome(() => createAndOpen(host, 1))).to.equal('EIO model.threw');
    expect(host.parentInfo('p0').pasids).to.include({ active: 0, draining: 0, leaked: 0 });
  });

  it('pasid limit: a parent without a PASID left refuses the open with ENOSPC', async () => {
    const { host } = await hostWith({ iommu: { pasidBits: 1 } });
    await using _ = host;
    const first = await createAndOpen(host, 1);
    expect(await outcome(() => createAndOpen(host, 2))).to.equal('ENOSPC pasid.exhausted');
    expect(host.info(uuidOf(2)).state).to.equal('idle');
    await first.close();
    await using second = await host.open(uuidOf(2));
    expect((await second.info()).numRegions).to.equal(0);
  });

  for (const pasidBits of [0, 21, 1.5]) {
    it(`pasid bits: a parent with ${pasidBits} bits is EINVAL, and is not registered`, async () => {
      await using host = new MdevHost();
      const load = (): unknown => host.load(testDriver({ iommu: { pasidBits } }));
      expect(await outcome(load)).to.equal('EINVAL pasid.bits');
      expect(host.parents).to.deep.equal([]);
    });
  }
});
