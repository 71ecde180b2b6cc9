import { MdevError } from '@mdevkit/core';
import { FileMemory, memoryFrom, SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcomeOf } from './byte-model.test-support.js';
import { contentOf, PeerFile } from './descriptors.test-support.js';
import { TestDevice } from './device.test-support.js';
import { runChild } from './run-child.test-support.js';

const PAGE = 4096;

describe('memory that is taken from a model that kept a view (mmap(2), SIGBUS; own rule: no view dangles)', () => {
  it('the view reads zeros, what it writes reaches nobody, and the device faults', () => {
    const { status, said } = runChild('stale-view', 'sealed');
    expect(status).to.equal(0);
    expect(said).to.deep.equal({ before: 7, seen: [0, 0], truth: [7, 7], dma: 'unmapped' });
  });

  it('even if its owner shrinks it afterwards, the process lives', () => {
    const { status, said } = runChild('stale-view', 'truncated');
    expect(status).to.equal(0);
    expect(said).to.deep.equal({ before: 7, seen: [0, 0], dma: 'unmapped' });
  });

  it('while trust that was misplaced ends it: the test above could fail', () => {
    expect(runChild('stale-view', 'trusted')).to.include({ status: null, signal: 'SIGBUS' });
  });
});

describe('a file that shrinks under a map (ftruncate(2); include/uapi/linux/vfio.h, VFIO_IOMMU_MAP_DMA)', () => {
  it('DMA beyond its end faults as a whole, and so does none before it', async () => {
    using peer = PeerFile.onDisk(4 * PAGE);
    using memory = FileMemory.from(peer.fd);
    await using device = await TestDevice.open();
    const { dma } = device;
    await device.client.dmaMap({ iova: 0, memory, offset: PAGE, size: 3 * PAGE });
    dma.fill(0, 3 * PAGE, 1);
    peer.truncate(2 * PAGE + 10);
    const across = PAGE + 8;
    const list = [
      { iova: 0, length: 2 },
      { iova: across, length: 3 },
    ];
    const data = new Uint8Array(5).fill(9);
    const causes = [
      outcomeOf(() => dma.read(across, data.slice(0, 3))),
      outcomeOf(() => dma.write(across, data.subarray(0, 3))),
      outcomeOf(() => dma.fill(0, 3 * PAGE, 9)),
      outcomeOf(() => dma.copy(0, across, 3)),
      outcomeOf(() => dma.copy(across, 0, 3)),
      outcomeOf(() => dma.gather(list, data.slice())),
      outcomeOf(() => dma.scatter(list, data)),
      outcomeOf(() => dma.views(across, 3, 'read')),
    ];
    expect(causes).to.deep.equal(new Array(8).fill('memory'));
    const left = new Uint8Array(2 * PAGE + 10);
    left.fill(1, PAGE);
    expect(contentOf(peer.fd, left.length)).to.deep.equal(left);
    dma.write(across, Uint8Array.of(5, 6));
    expect([...contentOf(peer.fd, left.length).subarray(-2)]).to.deep.equal([5, 6]);
  });

  it('nothing of it is there, its owner makes it longer again, and it is: without a new map', async () => {
    using peer = PeerFile.onDisk(PAGE);
    using memory = FileMemory.from(peer.fd);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: 0, memory });
    peer.truncate(0);
    expect(outcomeOf(() => device.dma.fill(0, 1, 1))).to.equal('memory');
    peer.truncate(PAGE);
    device.dma.fill(0, 1, 1);
    expect(contentOf(peer.fd, 1)).to.deep.equal(Uint8Array.of(1));
  });

  it('the client is told of the fault, and can still unmap', async () => {
    using peer = PeerFile.onDisk(PAGE);
    using memory = FileMemory.from(peer.fd);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: 0, memory });
    peer.truncate(0);
    const events = device.client.events();
    outcomeOf(() => device.dma.fill(8, 1, 1));
    const { value } = await events.next();
    expect(value).to.include({ kind: 'fault', cause: 'memory', iova: 8n, access: 'write' });
    expect(await device.client.dmaUnmap(0, PAGE)).to.equal(PAGE);
  });

  it('a file that is disposed while it is mapped faults, too', async () => {
    using peer = PeerFile.onDisk(PAGE);
    const memory = FileMemory.from(peer.fd);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: 0, memory });
    memory[Symbol.dispose]();
    expect(outcomeOf(() => device.dma.read(0, new Uint8Array(1)))).to.equal('memory');
    expect(outcomeOf(() => device.dma.fill(0, 1, 1))).to.equal('memory');
  });
});

describe('a memfd that its owner may still shrink (fcntl(2), F_SEAL_SHRINK; mm/memfd.c)', () => {
  it('is not mapped but read and written, and faults when it shrinks', async () => {
    using peer = PeerFile.unsealed(2 * PAGE);
    expect(() => SharedMemory.from(peer.fd))
      .to.throw(MdevError)
      .with.property('reason', 'linux.shrinkable');
    using memory = memoryFrom(peer.fd);
    expect(memory).to.be.instanceOf(FileMemory);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: 0, memory });
    device.dma.fill(PAGE - 1, 2, 3);
    expect([...contentOf(peer.fd, 2 * PAGE).subarray(PAGE - 2, PAGE + 2)]).to.deep.equal([
      0, 3, 3, 0,
    ]);
    peer.truncate(PAGE);
    expect(outcomeOf(() => device.dma.fill(PAGE - 1, 2, 4))).to.equal('memory');
    expect(contentOf(peer.fd, PAGE)[PAGE - 1]).to.equal(3);
  });
});
