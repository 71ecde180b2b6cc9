import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { BufferMemory, type MemoryObject } from '../memory/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { Device } from '../sva/process.test-support.js';
import { NestedSpace } from './nested-space.js';
import { host, mapped } from './nested.test-support.js';

const NESTED = 'drivers/iommu/iommufd/hw_pagetable.c, iommufd_hwpt_nested_alloc';
const STAGES = 'Intel VT-d Specification, section 3.6';

/** Memory with neither `bytes` nor views. */
class FileMemory implements MemoryObject {
  readonly writable = true;
  readonly bytes = undefined;
  size: number;
  covered = true;
  readonly #memory: BufferMemory;

  constructor(size: number) {
    this.size = size;
    this.#memory = new BufferMemory(new Uint8Array(size));
  }

  read(offset: number, into: Uint8Array): void {
    this.#memory.read(offset, into);
  }

  write(offset: number, from: Uint8Array): void {
    this.#memory.write(offset, from);
  }

  view(): undefined {
    return undefined;
  }

  covers(): boolean {
    return this.covered;
  }

  pin(): Disposable {
    return this.#memory.pin();
  }
}

describe(`a guest over a host: two stages (${NESTED}; ${STAGES})`, () => {
  it('nested access: an access goes through both, across the maps of the host', () => {
    const guest = new NestedSpace(host(3));
    expect(mapped(guest, { iova: 0, parentIova: 16 * PAGE, size: 3 * PAGE })).to.equal(0);
    const device = new Device(guest);
    expect(device.read(PAGE - 1, 2)).to.deep.equal([0, 1]);
    expect(device.write(2 * PAGE - 1, [8, 9])).to.equal('written');
    expect(new Device(guest.parent).read(18 * PAGE - 1, 2)).to.deep.equal([8, 9]);
  });

  const modes = ['', 'r', 'w', 'rw'];
  for (const above of modes.slice(1)) {
    for (const below of modes) {
      it(`nested permission: the guest's ${above} over the host's ${below || 'nothing'} allows what both allow (${STAGES}.1)`, () => {
        const parent = new AddressSpace({ personality: 'iommufd' });
        if (below !== '') {
          const [read, write] = [below.includes('r'), below.includes('w')];
          parent.map({ iova: 0, memory: new Uint8Array(PAGE).fill(5), read, write });
        }
        const guest = new NestedSpace(parent);
        const [read, write] = [above.includes('r'), above.includes('w')];
        guest.mapParent({ iova: PAGE, parentIova: 0, size: PAGE, read, write });
        const device = new Device(guest);
        const refusal = (mode: string): string => {
          if (!above.includes(mode)) {
            return 'permission';
          }
          return below === '' ? 'memory: nested.unmapped' : 'memory: nested.permission';
        };
        const both = (mode: string): boolean => above.includes(mode) && below.includes(mode);
        expect(device.read(PAGE, 1)).to.deep.equal(both('r') ? [5] : refusal('r'));
        expect(device.write(PAGE, [6])).to.equal(both('w') ? 'written' : refusal('w'));
        const view = outcome(() => device.port.view(PAGE, 1, 'write').length);
        expect(view).to.equal(both('w') ? 1 : 'EFAULT dma.fault');
      });
    }
  }

  it("a guest's map without any permission is refused, as everywhere", () => {
    const request = { iova: 0, parentIova: 0, size: PAGE, read: false, write: false };
    expect(mapped(new NestedSpace(host(1)), request)).to.equal('EINVAL dma.flags');
  });

  it('nested hole: a hole of the host in the middle of a guest map faults, and nothing is transferred', () => {
    const parent = host(3);
    parent.unmap(17 * PAGE, PAGE);
    const guest = new NestedSpace(parent);
    guest.mapParent({ iova: 0, parentIova: 16 * PAGE, size: 3 * PAGE });
    const device = new Device(guest);
    expect(device.read(PAGE - 1, 2)).to.equal('memory: nested.unmapped');
    expect(device.write(PAGE - 1, [7, 7])).to.equal('memory: nested.unmapped');
    expect([device.read(PAGE - 1, 1), device.read(2 * PAGE, 1)]).to.deep.equal([[0], [2]]);
    expect(device.read(2 * PAGE - 1, 2)).to.equal('memory: nested.unmapped');
  });

  it("nested fault: the fault names the guest's IOVA and keeps the host's reason", () => {
    const guest = new NestedSpace(host(1));
    guest.mapParent({ iova: 5 * PAGE, parentIova: 40 * PAGE, size: PAGE });
    const device = new Device(guest);
    const error = failureOf(() => {
      device.port.read(5 * PAGE + 3, new Uint8Array(2));
    });
    expect(error).to.have.nested.property('fault.iova', BigInt(5 * PAGE + 3));
    expect(error).to.have.nested.property('cause.details.iova', 40 * PAGE + 3);
  });

  it("nested change: a map of the host that comes or goes is seen at the guest's next access", () => {
    const parent = host(1);
    const guest = new NestedSpace(parent);
    guest.mapParent({ iova: 0, parentIova: 16 * PAGE, size: 2 * PAGE });
    const device = new Device(guest);
    expect(device.read(PAGE, 1)).to.equal('memory: nested.unmapped');
    parent.map({ iova: 17 * PAGE, memory: new Uint8Array(PAGE).fill(8) });
    expect(device.read(PAGE, 1)).to.deep.equal([8]);
    parent.unmap(16 * PAGE, PAGE);
    expect(device.read(0, 1)).to.equal('memory: nested.unmapped');
    parent.map({ iova: 16 * PAGE, memory: new Uint8Array(PAGE).fill(9) });
    expect(device.read(0, 1)).to.deep.equal([9]);
    guest.unmap(0, 2 * PAGE);
    expect(device.read(0, 1)).to.equal('unmapped');
  });

  it('nested memory: memory that the host lost: nested.memory', () => {
    const parent = new AddressSpace({ personality: 'iommufd' });
    const [buffer, file] = [new Uint8Array(PAGE), new FileMemory(PAGE)];
    parent.map({ iova: 0, memory: buffer });
    parent.map({ iova: PAGE, memory: file });
    const guest = new NestedSpace(parent);
    guest.mapParent({ iova: 0, parentIova: 0, size: 2 * PAGE });
    const device = new Device(guest);
    expect(device.write(PAGE - 1, [1, 2])).to.equal('written');
    expect(device.read(PAGE - 1, 2)).to.deep.equal([1, 2]);
    structuredClone(buffer, { transfer: [buffer.buffer] });
    file.covered = false;
    expect(device.read(PAGE, 1)).to.equal('memory: nested.memory');
    file.covered = true;
    file.size = 10;
    expect(device.read(0, 1)).to.equal('memory: nested.memory');
    expect([device.read(PAGE + 9, 1), device.read(PAGE + 9, 2)]).to.deep.equal([
      [0],
      'memory: nested.memory',
    ]);
  });

  it('nested view: no view across two maps of the host, also of one memory', () => {
    const parent = new AddressSpace({ personality: 'iommufd' });
    const memory = new Uint8Array(2 * PAGE);
    parent.map({ iova: 0, memory, offset: 0, size: PAGE });
    parent.map({ iova: PAGE, memory, offset: 0, size: PAGE });
    const guest = new NestedSpace(parent);
    guest.mapParent({ iova: 0, parentIova: 0, size: 2 * PAGE });
    const device = new Device(guest);
    expect(outcome(() => device.port.view(PAGE - 1, 2, 'read'))).to.equal('EFAULT dma.fault');
  });

  it('nested view: views: inside one map of the host, its memory itself', () => {
    const parent = host(2);
    parent.map({ iova: 20 * PAGE, memory: new FileMemory(PAGE) });
    const guest = new NestedSpace(parent);
    guest.mapParent({ iova: 0, parentIova: 16 * PAGE, size: 5 * PAGE });
    const device = new Device(guest);
    device.port.view(PAGE + 4, 4, 'write').fill(0xab);
    expect(new Device(parent).read(17 * PAGE + 3, 3)).to.deep.equal([1, 0xab, 0xab]);
    for (const [iova, length] of [
      [PAGE - 1, 2],
      [4 * PAGE, 1],
    ] as const) {
      expect(outcome(() => device.port.view(iova, length, 'read'))).to.equal('EFAULT dma.fault');
    }
  });
});

function failureOf(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
