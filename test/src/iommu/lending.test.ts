import { MdevError } from '@mdevkit/core';
import { FileMemory, SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcomeOf } from './byte-model.test-support.js';
import { contentOf, PeerFile } from './descriptors.test-support.js';
import { TestDevice } from './device.test-support.js';

const PAGE = 4096;
const GIB = 2 ** 30;
const IOVA = 0x10_0000;
const MAP = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map';

/** How a call of a client ends: `done`, or the errno and the reason. */
async function answerOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

describe(`memory that may only be read (${MAP})`, () => {
  it('is lent for reading only; a device that writes faults and changes nothing', async () => {
    using peer = SharedMemory.create(PAGE);
    using disk = PeerFile.onDisk(PAGE);
    using mapped = SharedMemory.from(peer.fd, { writable: false });
    using file = FileMemory.from(disk.fd, { writable: false });
    peer.bytes!.fill(7);
    for (const [memory, byte] of [
      [mapped, 7],
      [file, 0],
    ] as const) {
      await using device = await TestDevice.open();
      const map = { iova: IOVA, memory } as const;
      expect(await answerOf(device.client.dmaMap(map))).to.equal('EFAULT dma.memory');
      await device.client.dmaMap({ ...map, write: false });
      expect(outcomeOf(() => device.dma.fill(IOVA, 1, 1))).to.equal('permission');
      expect(outcomeOf(() => device.dma.views(IOVA, 1, 'write'))).to.equal('permission');
      const into = new Uint8Array(1);
      device.dma.read(IOVA, into);
      expect(into[0]).to.equal(byte);
    }
    expect([contentOf(peer.fd, 1)[0], contentOf(disk.fd, 1)[0]]).to.deep.equal([7, 0]);
  });
});

describe('SharedMemory of more than 1 GiB (own rule: it is several arrays, and one memory)', () => {
  it('DMA goes across its arrays, and a view does not', async () => {
    using memory = SharedMemory.create(GIB + 4 * PAGE);
    await using device = await TestDevice.open();
    const { dma } = device;
    const offset = GIB - 4 * PAGE;
    await device.client.dmaMap({ iova: IOVA, memory, offset, size: 8 * PAGE });
    const edge = IOVA + 4 * PAGE;
    dma.write(edge - 2, Uint8Array.of(1, 2, 3, 4));
    dma.copy(edge - 1, edge - 2, 4);
    dma.scatter([{ iova: edge - 3, length: 1 }], Uint8Array.of(9));
    const into = new Uint8Array(6);
    dma.gather([{ iova: edge - 3, length: 6 }], into);
    expect([...into]).to.deep.equal([9, 1, 1, 2, 3, 4]);
    const written = new Uint8Array(6);
    memory.read(GIB - 3, written);
    expect(written).to.deep.equal(into);
    expect([...dma.view(edge, 3, 'read')]).to.deep.equal([2, 3, 4]);
    expect([...dma.view(edge - 3, 3, 'read')]).to.deep.equal([9, 1, 1]);
    expect(outcomeOf(() => dma.view(edge - 1, 2, 'read'))).to.equal('memory');
  });

  it('faults when it is disposed under a map', async () => {
    const memory = SharedMemory.create(GIB + PAGE);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: IOVA, memory, size: PAGE });
    device.dma.fill(IOVA, PAGE, 1);
    memory[Symbol.dispose]();
    expect(outcomeOf(() => device.dma.fill(IOVA, 1, 2))).to.equal('memory');
    expect(outcomeOf(() => device.dma.read(IOVA, new Uint8Array(1)))).to.equal('memory');
  });
});

describe('SharedMemory that is disposed under a map (own rule: its owner is out of reach then)', () => {
  it('a device neither sees nor changes it, and an access of its driver is refused', async () => {
    using peer = SharedMemory.create(PAGE);
    peer.bytes!.fill(7);
    const memory = SharedMemory.from(peer.fd);
    await using device = await TestDevice.open();
    const { dma } = device;
    await device.client.dmaMap({ iova: IOVA, memory });
    dma.fill(IOVA, PAGE, 6);
    memory[Symbol.dispose]();
    const into = new Uint8Array(PAGE);
    outcomeOf(() => dma.read(IOVA, into));
    expect(into).to.deep.equal(new Uint8Array(PAGE));
    outcomeOf(() => dma.fill(IOVA, PAGE, 9));
    expect(contentOf(peer.fd, PAGE)).to.deep.equal(new Uint8Array(PAGE).fill(6));
    using access = dma.access({ name: 'driver', needsPin: true, unmap: () => undefined });
    const refused = { code: 'EFAULT', reason: 'access.memory' };
    expect(() => access.pin(IOVA, PAGE))
      .to.throw(MdevError)
      .that.includes(refused);
    expect(() => access.rw(IOVA, into, { write: true }))
      .to.throw(MdevError)
      .that.includes(refused);
    expect(await device.client.dmaUnmap(IOVA, PAGE)).to.equal(PAGE);
  });

  it('it is not lent a second time', async () => {
    const memory = SharedMemory.create(PAGE);
    memory[Symbol.dispose]();
    await using device = await TestDevice.open();
    const again = device.client.dmaMap({ iova: IOVA, memory, size: PAGE });
    expect(await answerOf(again)).to.equal('EFAULT dma.memory');
  });
});
