import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, outcome } from '../../errors/outcome.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import type { PageResponse } from './page-requests.js';
import { ProcessAddressSpace } from './process-address-space.js';
import { Device, Driver, NotedLog } from './process.test-support.js';

const SVA = 'drivers/iommu/iommu-sva.c';
const UACCE = 'drivers/misc/uacce/uacce.c';

/** What an IOMMU with 4 KiB pages asks of a space. */
const PAGES_4K = { pageSizes: 0x1000n };

describe(`devices share the addresses of a process (${SVA}, iommu_sva_bind_device; ${UACCE}, uacce_bind_queue)`, () => {
  it('sva access: a device reads and writes what the process has at the same address', () => {
    const space = new ProcessAddressSpace();
    const buffer = Uint8Array.of(1, 2, 3, 4);
    const va = space.register(buffer);
    const device = new Device(space);
    expect(device.read(va + 1, 2)).to.deep.equal([2, 3]);
    expect(device.write(space.addressOf(buffer, 3), [9])).to.equal('written');
    expect([...space.at(va, 4)]).to.deep.equal([1, 2, 3, 9]);
  });

  for (const attached of [false, true]) {
    it(`sva bytes: a buffer of 100 bytes is 100 bytes, ${attached ? 'also' : 'not only'} while an IOMMU with 4 KiB pages is attached`, () => {
      const space = new ProcessAddressSpace();
      const owner = {};
      const first = space.register(new Uint8Array(100).fill(1));
      if (attached) {
        space.constrain(owner, PAGES_4K);
      }
      const second = space.register(new Uint8Array(PAGE + 1).fill(2));
      const device = new Device(space);
      for (const [va, size] of [
        [first, 100],
        [second, PAGE + 1],
      ] as const) {
        expect(device.read(va, size)).to.have.length(size);
        expect(device.read(va, size + 1)).to.equal('unmapped');
        expect(device.read(va + size, 1)).to.equal('unmapped');
        expect(device.write(va + size - 1, [7, 7])).to.equal('unmapped');
        expect(device.write(va - 1, [7, 7])).to.equal('unmapped');
        expect([...space.at(va, size)]).to.not.include(7);
      }
      expect([space.alignment, space.isBusy]).to.deep.equal([1, attached]);
      space.release(owner);
      expect(space.isBusy).to.equal(false);
    });
  }

  it('sva guard: an overrun from one buffer never reaches the next, whatever its length', () => {
    const space = new ProcessAddressSpace();
    const first = space.register(new Uint8Array(PAGE));
    const second = space.register(new Uint8Array(PAGE));
    const device = new Device(space);
    for (const length of [PAGE + 1, 2 * PAGE, second - first + 1]) {
      expect(device.write(first, new Array<number>(length).fill(9))).to.equal('unmapped');
    }
    expect([...space.at(second, PAGE)]).to.not.include(9);
    expect([...space.at(first, PAGE)], 'nor is any of it stored').to.not.include(9);
  });

  it('sva write: a buffer registered without write is read only for devices', () => {
    const space = new ProcessAddressSpace();
    const va = space.register(Uint8Array.of(5), { write: false });
    const device = new Device(space);
    expect([device.read(va, 1), device.write(va, [6])]).to.deep.equal([[5], 'permission']);
  });

  it('sva unregister: after unregister accesses fault', () => {
    const space = new ProcessAddressSpace();
    const va = space.register(new Uint8Array(8));
    const device = new Device(space);
    expect(device.read(va, 8)).to.have.length(8);
    space.unregister(va);
    expect([device.read(va, 1), device.faults]).to.deep.equal(['unmapped', ['unmapped']]);
  });
});

describe('unregister while pinned (drivers/iommu/iommufd/io_pagetable.c, iopt_unmap_iova_range)', () => {
  it('sva unregister pinned: the driver is told of the exact range and unpins first', () => {
    const space = new ProcessAddressSpace();
    using driver = new Driver(space);
    const va = space.register(new Uint8Array(100));
    const pinned = driver.access.pin(va, 100, { write: true });
    driver.onUnmap = (): void => {
      pinned.unpin();
    };
    space.unregister(va);
    expect([driver.told, driver.access.pinCount]).to.deep.equal([[`${va}+100`], 0]);
    expect([space.bufferCount, pinned.isRevoked]).to.deep.equal([0, false]);
  });

  it('sva unregister pinned: a driver that does not: EDEADLK, the buffer stays, its pins are revoked; then it goes', () => {
    const space = new ProcessAddressSpace();
    using driver = new Driver(space);
    const buffer = new Uint8Array(8);
    const va = space.register(buffer);
    const pinned = driver.access.pin(va, 8);
    expect(outcome(() => space.unregister(va))).to.equal('EDEADLK ioas.stuck');
    expect([space.addressOf(buffer), space.mapCount]).to.deep.equal([va, 1]);
    expect(pinned.isRevoked).to.equal(true);
    space.unregister(va);
    expect([space.bufferCount, space.mapCount]).to.deep.equal([0, 0]);
  });

  it('sva unregister inside: a driver that unregisters it itself when it is told is no error', () => {
    const space = new ProcessAddressSpace();
    using driver = new Driver(space);
    const va = space.register(new Uint8Array(8));
    const pinned = driver.access.pin(va, 8);
    driver.onUnmap = (): void => {
      pinned.unpin();
      space.unregister(va);
    };
    space.unregister(va);
    expect([space.bufferCount, space.mapCount, driver.told.length]).to.deep.equal([0, 0, 1]);
  });
});

describe(`exit while devices are at work (${UACCE}, uacce_remove; ${SVA})`, () => {
  it('sva exit: accesses fault, pins go, also those that a driver keeps', () => {
    const log = new NotedLog();
    const space = new ProcessAddressSpace({ logger: log });
    using good = new Driver(space, 'good');
    using bad = new Driver(space, 'bad');
    const vas = Array.from({ length: 3 }, () => space.register(new Uint8Array(PAGE)));
    const [first = 0, second = 0, third = 0] = vas;
    const kept = [bad.access.pin(second, PAGE), bad.access.pin(third, PAGE)];
    const released = good.access.pin(first, PAGE);
    good.onUnmap = (): void => {
      released.unpin();
    };
    const device = new Device(space);
    space.exit();
    expect(vas.map((va) => device.read(va, 1))).to.deep.equal(['unmapped', 'unmapped', 'unmapped']);
    expect([space.mapCount, space.bufferCount]).to.deep.equal([0, 0]);
    expect(kept.map(({ isRevoked }) => isRevoked)).to.deep.equal([true, true]);
    expect([released.isRevoked, log.lines.length]).to.deep.equal([false, 2]);
  });

  it('sva exit inside: by a driver that is told of an unregister: that buffer goes, too', () => {
    const space = new ProcessAddressSpace();
    using driver = new Driver(space);
    const va = space.register(new Uint8Array(PAGE));
    space.register(new Uint8Array(PAGE));
    const pinned = driver.access.pin(va, PAGE);
    driver.onUnmap = (): void => {
      space.exit();
      pinned.unpin();
    };
    space.unregister(va);
    expect([space.mapCount, space.bufferCount, space.hasExited]).to.deep.equal([0, 0, true]);
  });

  it('sva exit requests: what devices wait for is answered invalid', async () => {
    const space = new ProcessAddressSpace({
      onFault: () => new Promise<PageResponse>(() => undefined),
    });
    const va = space.register(new Uint8Array(8), { present: false });
    const answer = new Device(space).request(va, 8, 'read');
    await microtasks();
    expect(space.pageRequests.outstanding).to.equal(1);
    space.exit();
    expect(await answer).to.equal('request');
    expect(await new Device(space).request(va, 8, 'read'), 'later ones as well').to.equal(
      'request',
    );
  });
});
