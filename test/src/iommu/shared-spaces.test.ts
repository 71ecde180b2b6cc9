import { AddressSpace, NestedSpace, ProcessAddressSpace, type Dma } from '@mdevkit/core';
import { FileMemory, SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcomeOf } from './byte-model.test-support.js';
import { contentOf, PeerFile } from './descriptors.test-support.js';
import { TestDevice } from './device.test-support.js';

const PAGE = 4096;
const SIZE = 4 * PAGE;

/** What `run` makes of a memory that was zero, as the kernel has it: where it is not zero. */
function changed(fd: number): readonly (readonly [offset: number, byte: number])[] {
  return [...contentOf(fd, SIZE).entries()].filter(([, byte]) => byte !== 0);
}

function readByte(dma: Dma, iova: number): number {
  const into = new Uint8Array(1);
  dma.read(iova, into);
  return into[0]!;
}

describe('SharedMemory in the address space of a process (drivers/iommu/iommu-sva.c)', () => {
  it('a device writes and reads it by the address that the process knows', async () => {
    using memory = SharedMemory.create(SIZE);
    using peer = SharedMemory.from(memory.fd);
    const space = new ProcessAddressSpace();
    await using device = await TestDevice.open();
    const address = space.register(memory);
    await using binding = await device.client.bind(space);
    const dma = device.dma.withPasid(binding.pasid);
    dma.write(address + PAGE - 1, Uint8Array.of(1, 2));
    expect(changed(peer.fd)).to.deep.equal([
      [PAGE - 1, 1],
      [PAGE, 2],
    ]);
    peer.write(7, Uint8Array.of(9));
    expect([readByte(dma, address + 7), space.at(address + 7, 1)[0]]).to.deep.equal([9, 9]);
    dma.view(address, 1, 'write')[0] = 4;
    expect(peer.bytes![0]).to.equal(4);
    expect(outcomeOf(() => dma.fill(address + SIZE - 1, 2, 1))).to.equal('unmapped');
    expect(outcomeOf(() => device.dma.fill(address, 1, 1))).to.equal('unmapped');
  });

  it('comes when a device asks for it (iommu_sva_handle_iopf), and goes with its registration', async () => {
    using memory = SharedMemory.create(SIZE);
    const space = new ProcessAddressSpace();
    await using device = await TestDevice.open();
    const address = space.register(memory, { present: false });
    await using binding = await device.client.bind(space);
    const dma = device.dma.withPasid(binding.pasid);
    expect(outcomeOf(() => dma.fill(address, 1, 1))).to.equal('unmapped');
    await dma.request(address, SIZE, 'write');
    dma.fill(address + 3, 1, 8);
    expect(changed(memory.fd)).to.deep.equal([[3, 8]]);
    space.unregister(address);
    expect(outcomeOf(() => dma.fill(address, 1, 1))).to.equal('unmapped');
    expect(changed(memory.fd)).to.deep.equal([[3, 8]]);
  });

  it('the exit of the process has a driver unpin it, and memory disposed before goes with that', async () => {
    using peer = SharedMemory.create(SIZE);
    const memory = SharedMemory.from(peer.fd);
    const space = new ProcessAddressSpace();
    await using device = await TestDevice.open();
    const address = space.register(memory);
    await using binding = await device.client.bind(space);
    const told: number[] = [];
    const access = device.dma.withPasid(binding.pasid).access({
      name: 'pinner',
      needsPin: true,
      unmap: (iova) => {
        told.push(Number(iova));
        range.unpin();
      },
    });
    const range = access.pin(address + PAGE, PAGE, { write: true });
    const view = range.views()[0]!;
    memory[Symbol.dispose]();
    view[0] = 6;
    expect(changed(peer.fd)).to.deep.equal([[PAGE, 6]]);
    space.exit();
    expect([told, view[0]]).to.deep.equal([[address], 0]);
  });
});

describe('a nested space over SharedMemory (drivers/iommu/iommufd/hw_pagetable.c; VT-d, section 3.6)', () => {
  const HOST = 0x20_0000;
  const GUEST = 0x1000;

  it('bytes arrive through both stages, and each of them can take its part away', async () => {
    using memory = SharedMemory.create(SIZE);
    const host = new AddressSpace();
    const guest = new NestedSpace(host);
    host.map({ iova: HOST, memory, offset: 0, size: 2 * PAGE });
    host.map({ iova: HOST + 2 * PAGE, memory, offset: 3 * PAGE, size: PAGE });
    guest.mapParent({ iova: GUEST, parentIova: HOST + PAGE, size: 2 * PAGE });
    await using device = await TestDevice.open();
    await using binding = await device.client.bind(guest);
    const dma = device.dma.withPasid(binding.pasid);

    dma.write(GUEST + PAGE - 1, Uint8Array.of(1, 2));
    const written = [
      [2 * PAGE - 1, 1],
      [3 * PAGE, 2],
    ];
    expect(changed(memory.fd)).to.deep.equal(written);
    memory.write(PAGE, Uint8Array.of(5));
    expect(readByte(dma, GUEST)).to.equal(5);
    dma.view(GUEST, PAGE, 'write')[0] = 0;
    dma.copy(GUEST, GUEST + PAGE, 1);
    expect(changed(memory.fd)).to.deep.equal([[PAGE, 2], ...written]);

    host.unmap(HOST + 2 * PAGE, PAGE);
    expect(outcomeOf(() => dma.fill(GUEST, 2 * PAGE, 9))).to.equal('memory');
    expect(readByte(dma, GUEST)).to.equal(2);
    guest.unmap(GUEST, 2 * PAGE);
    expect(outcomeOf(() => dma.fill(GUEST, 1, 9))).to.equal('unmapped');
    expect(changed(memory.fd)).to.deep.equal([[PAGE, 2], ...written]);
    await binding.unbind();
    guest.destroy();
    host.destroy();
  });

  it('memory of the host that has no views has none for the guest, and faults where it shrank', async () => {
    using peer = PeerFile.onDisk(SIZE);
    using memory = FileMemory.from(peer.fd);
    const host = new AddressSpace();
    host.map({ iova: HOST, memory });
    const guest = new NestedSpace(host);
    guest.mapParent({ iova: GUEST, parentIova: HOST, size: SIZE });
    await using device = await TestDevice.open();
    await using binding = await device.client.bind(guest);
    const dma = device.dma.withPasid(binding.pasid);
    dma.write(GUEST + 9, Uint8Array.of(3));
    expect(changed(peer.fd)).to.deep.equal([[9, 3]]);
    expect(outcomeOf(() => dma.view(GUEST, 1, 'read'))).to.equal('memory');
    peer.truncate(PAGE);
    expect(outcomeOf(() => dma.fill(GUEST, 2 * PAGE, 9))).to.equal('memory');
    expect([...contentOf(peer.fd, PAGE).subarray(8, 11)]).to.deep.equal([0, 3, 0]);
  });

  it('an unmap of the host has the driver unpin what it holds through the guest', async () => {
    using peer = SharedMemory.create(SIZE);
    const memory = SharedMemory.from(peer.fd);
    const host = new AddressSpace();
    host.map({ iova: HOST, memory });
    const guest = new NestedSpace(host);
    guest.mapParent({ iova: GUEST, parentIova: HOST + PAGE, size: 2 * PAGE });
    await using device = await TestDevice.open();
    await using binding = await device.client.bind(guest);
    const told: (readonly number[])[] = [];
    const access = device.dma.withPasid(binding.pasid).access({
      name: 'pinner',
      needsPin: true,
      unmap: (iova, length) => {
        told.push([Number(iova), length]);
        range.unpin();
      },
    });
    const range = access.pin(GUEST + PAGE, PAGE, { write: true });
    const view = range.views()[0]!;
    memory[Symbol.dispose]();
    view[1] = 7;
    expect(changed(peer.fd)).to.deep.equal([[2 * PAGE + 1, 7]]);
    expect(host.unmap(HOST, SIZE)).to.equal(SIZE);
    expect([told, range.isRevoked, view[1]]).to.deep.equal([[[GUEST, 2 * PAGE]], false, 0]);
  });
});
