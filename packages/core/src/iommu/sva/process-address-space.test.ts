import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { BufferMemory, type MemoryObject } from '../memory/index.js';
import { IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { ProcessAddressSpace } from './process-address-space.js';
import { Device } from './process.test-support.js';

const SVA = 'drivers/iommu/iommu-sva.c';
const START = 0x7f00_0000_0000;

/** Memory that cannot be seen as an array. */
function opaque(size: number): MemoryObject {
  const memory = new BufferMemory(new Uint8Array(size));
  return {
    size,
    writable: true,
    bytes: undefined,
    read: (offset, into) => memory.read(offset, into),
    write: (offset, from) => memory.write(offset, from),
    view: () => undefined,
    pin: () => memory.pin(),
  };
}

describe('buffers of a process: registration (own rules)', () => {
  it('sva addresses: knows the address of a buffer and of its bytes, the end included', () => {
    const space = new ProcessAddressSpace();
    const [first, second] = [new Uint8Array(100), new Uint8Array(8)];
    const va = space.register(first);
    space.register(second);
    expect([space.addressOf(first), space.addressOf(first, 100)]).to.deep.equal([va, va + 100]);
    expect(space.addressOf(second, 3)).to.equal(va + 2 * PAGE + 3);
    for (const offset of [-1, 101, 0.5, NaN]) {
      expect(outcome(() => space.addressOf(first, offset))).to.equal('EFAULT sva.fault');
    }
    expect(outcome(() => space.addressOf(new Uint8Array(100)))).to.equal(
      'EINVAL sva.not-registered',
    );
  });

  it('sva view: what is at an address is the buffer itself', () => {
    const space = new ProcessAddressSpace();
    const buffer = Uint8Array.of(1, 2, 3, 4);
    const va = space.register(buffer);
    space.at(va + 1, 2).fill(9);
    expect([...buffer]).to.deep.equal([1, 9, 9, 4]);
    expect([...space.at(BigInt(va) + 3n, 1)]).to.deep.equal([4]);
  });

  it('sva view: nothing is beside it: EFAULT', () => {
    const space = new ProcessAddressSpace();
    const va = space.register(new Uint8Array(4));
    const cases: readonly [number | bigint, number][] = [
      [va - 1, 1],
      [va, 5],
      [va + 3, 2],
      [va + 4, 1],
      [va + 0.5, 1],
      [va, -1],
      [va, NaN],
      [2n ** 64n - 1n, 1],
      [NaN, 1],
    ];
    for (const [address, length] of cases) {
      expect(
        outcome(() => space.at(address, length)),
        String(address),
      ).to.equal('EFAULT sva.fault');
    }
    expect(outcome(() => space.at(space.register(opaque(4)), 4))).to.equal('EFAULT sva.fault');
  });

  it('sva memory gone: a buffer that was transferred away is not there any more', () => {
    const space = new ProcessAddressSpace();
    const buffer = new Uint8Array(4);
    const va = space.register(buffer);
    structuredClone(buffer, { transfer: [buffer.buffer] });
    expect(outcome(() => space.at(va, 1))).to.equal('EFAULT sva.fault');
    expect(new Device(space).read(va, 1)).to.equal('memory');
  });

  it('sva register: refuses an empty buffer, one that is there, and writing to what is not writable', () => {
    const space = new ProcessAddressSpace();
    const constant = new BufferMemory(new Uint8Array(4), false);
    const register = (buffer: Uint8Array | MemoryObject, write?: boolean): unknown =>
      outcome(() => space.register(buffer, { write }));
    const buffer = new Uint8Array(1);
    expect(register(buffer)).to.equal(START);
    expect(register(buffer)).to.equal('EEXIST sva.registered');
    expect(register(new Uint8Array(0))).to.equal('EINVAL dma.size');
    expect(register(constant, true)).to.equal('EPERM ioas.read-only');
    const later = { write: true, present: false };
    expect(outcome(() => space.register(constant, later))).to.equal('EPERM ioas.read-only');
    expect(register(constant), 'read-only, and no address was lost').to.equal(START + 2 * PAGE);
    expect(new Device(space).write(START + 2 * PAGE, [1])).to.equal('permission');
  });

  it('sva unregister: unregister wants the address that register gave; once', () => {
    const space = new ProcessAddressSpace();
    const buffer = new Uint8Array(8);
    const va = space.register(buffer);
    for (const address of [va + 1, va - 1, va + 8, 0, NaN]) {
      expect(outcome(() => space.unregister(address))).to.equal('EINVAL sva.not-registered');
    }
    space.unregister(BigInt(va));
    expect(outcome(() => space.unregister(va))).to.equal('EINVAL sva.not-registered');
    expect(outcome(() => space.addressOf(buffer))).to.equal('EINVAL sva.not-registered');
    expect([space.bufferCount, space.mapCount]).to.deep.equal([0, 0]);
    expect(space.register(buffer), 'it may come back').to.equal(va + 2 * PAGE);
  });

  it('sva step fails: a registration that fails in the middle leaves nothing', () => {
    let fails = true;
    const space = new ProcessAddressSpace({
      checkpoint: (step) => {
        if (fails && step === 'map.insert') {
          throw new Error('injected');
        }
      },
    });
    const buffer = new Uint8Array(8);
    expect(() => space.register(buffer)).to.throw('injected');
    expect([space.bufferCount, space.mapCount]).to.deep.equal([0, 0]);
    fails = false;
    expect(space.register(buffer)).to.equal(START);
  });

  it('sva maps: has no other maps (drivers/iommu/iommu.c, iommu_map: only of a paging domain)', () => {
    const space = new ProcessAddressSpace();
    const va = space.register(new Uint8Array(PAGE));
    const calls: (() => unknown)[] = [
      (): unknown => space.map(),
      (): unknown => space.copy(),
      (): unknown => space.unmap(),
    ];
    for (const call of calls) {
      expect(outcome(call)).to.equal('EINVAL sva.map');
    }
    expect(new Device(space).read(va, 1)).to.deep.equal([0]);
  });
});

describe(`the end of a process (${SVA}, iommu_sva_handle_iopf: mmget_not_zero)`, () => {
  it('sva exited: takes all buffers, and nothing is registered or attached afterwards: ESRCH', () => {
    const space = new ProcessAddressSpace();
    const buffer = new Uint8Array(8);
    const va = space.register(buffer);
    const hidden = space.register(new Uint8Array(8), { present: false });
    space.exit();
    expect([space.bufferCount, space.mapCount, space.hasExited]).to.deep.equal([0, 0, true]);
    expect(outcome(() => space.register(buffer))).to.equal('ESRCH sva.exited');
    expect(outcome(() => space.constrain({}, {}))).to.equal('ESRCH sva.exited');
    expect(outcome(() => space.at(va, 1))).to.equal('EFAULT sva.fault');
    expect(outcome(() => space.populate(hidden))).to.equal('EINVAL sva.not-registered');
    space.exit();
  });

  it('sva everything: unmapAll takes all buffers of a process that lives on, and destroy too', () => {
    const space = new ProcessAddressSpace();
    space.register(new Uint8Array(8));
    expect(space.unmapAll()).to.equal(8);
    expect(space.bufferCount).to.equal(0);
    space.register(new Uint8Array(8));
    space.destroy();
    expect([space.bufferCount, space.mapCount]).to.deep.equal([0, 0]);
  });
});
