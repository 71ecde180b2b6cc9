import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { Driver } from '../sva/process.test-support.js';
import { NestedSpace } from './nested-space.js';
import { pinsOf, Stack } from './stack.test-support.js';

const UNMAP = 'drivers/iommu/iommufd/io_pagetable.c, iopt_unmap_iova_range';
const PIN = 'drivers/iommu/iommufd/device.c, iommufd_access_pin_pages';

const NONE = '0 0 0000 0000';

describe(`pins through two stages and three (${PIN})`, () => {
  it('nested pin: count in the maps of all stages and in the memory, as often as they are taken', () => {
    const stack = new Stack();
    using driver = new Driver(stack.top);
    const first = driver.access.pin(101 * PAGE, 2 * PAGE);
    expect(stack.pins).to.equal('1 1 0110 0110');
    const second = driver.access.pin(100 * PAGE, 2 * PAGE, { write: true });
    expect(stack.pins).to.equal('2 2 1210 1210');
    first.unpin();
    first.unpin();
    expect(stack.pins).to.equal('1 1 1100 1100');
    second.unpin();
    expect(stack.pins).to.equal(NONE);
  });

  it('nested pin refused: a hole or a missing permission below: all or nothing (EFAULT)', () => {
    const stack = new Stack();
    using driver = new Driver(stack.top);
    stack.host.unmap(18 * PAGE, PAGE);
    expect(outcome(() => driver.access.pin(100 * PAGE, 4 * PAGE))).to.equal('EFAULT access.memory');
    expect(stack.pins).to.equal('0 0 000 0000');
    stack.host.map({ iova: 18 * PAGE, memory: new Uint8Array(PAGE), write: false });
    expect(outcome(() => driver.access.pin(100 * PAGE, 4 * PAGE))).to.equal('EFAULT access.memory');
    expect(stack.pins).to.equal('0 0 0000 0000');
  });

  it('nested pin reads: a guest map without write pins what the host lets it read', () => {
    const host = new AddressSpace({ personality: 'iommufd' });
    host.map({ iova: 0, memory: new Uint8Array(PAGE).fill(3), write: false });
    const guest = new NestedSpace(host);
    guest.mapParent({ iova: 0, parentIova: 0, size: PAGE, write: false });
    using driver = new Driver(guest);
    const pinned = driver.access.pin(0, PAGE);
    expect([pinsOf(host), pinned.views()[0]?.[0]]).to.deep.equal(['1', 3]);
    pinned.unpin();
  });

  it('nested pin view: a view of pinned memory that its owner took away: none, not a wrong one', () => {
    const stack = new Stack();
    using driver = new Driver(stack.top);
    const pinned = driver.access.pin(100 * PAGE, PAGE);
    expect(pinned.views()).to.have.length(1);
    const buffer = stack.memory[0]?.bytes.buffer;
    structuredClone(buffer, { transfer: buffer instanceof ArrayBuffer ? [buffer] : [] });
    expect(outcome(() => pinned.views())).to.equal('EOPNOTSUPP access.no-view');
    pinned.unpin();
  });

  it('nested pin memory: memory that cannot be held: nothing is held', () => {
    const stack = new Stack();
    stack.memory.forEach((memory, page) => {
      if (page === 2) {
        memory.pin = (): never => {
          throw new Error('not now');
        };
      }
    });
    using driver = new Driver(stack.top);
    expect(outcome(() => driver.access.pin(100 * PAGE, 4 * PAGE))).to.equal('EFAULT access.memory');
    expect(stack.pins).to.equal(NONE);
  });

  it('nested pin memory: memory whose pin takes the map away: no pin of what is not mapped', () => {
    const stack = new Stack();
    const [memory] = stack.memory;
    const hold: Disposable = { [Symbol.dispose]: (): void => undefined };
    if (memory !== undefined) {
      memory.pin = (): Disposable => {
        stack.host.unmap(16 * PAGE, PAGE);
        return hold;
      };
    }
    using driver = new Driver(stack.top);
    expect(outcome(() => driver.access.pin(100 * PAGE, PAGE))).to.equal('EFAULT access.memory');
    expect(stack.pins).to.equal('0 0 000 0000');
  });
});

for (const personality of ['iommufd', 'type1v2'] as const) {
  describe(`${personality}: an unmap under the feet of a guest (${UNMAP})`, () => {
    it("nested unmap: tells the guest's driver the guest's range before it returns, and what it unpins is free", () => {
      const stack = new Stack(personality);
      using driver = new Driver(stack.top);
      const pinned = driver.access.pin(101 * PAGE, PAGE);
      driver.onUnmap = (): void => {
        expect(stack.host.mapCount, 'the map is still there').to.equal(4);
        pinned.unpin();
      };
      stack.host.unmap(17 * PAGE, PAGE);
      expect(driver.told).to.deep.equal([`${101 * PAGE}+${PAGE}`]);
      expect([stack.pins, stack.log.lines]).to.deep.equal(['0 0 000 0000', []]);
      expect(pinned.isRevoked).to.equal(false);
    });

    it('nested unmap quiet: what is not pinned disturbs nobody', () => {
      const stack = new Stack(personality);
      using driver = new Driver(stack.top);
      const pinned = driver.access.pin(100 * PAGE, PAGE);
      stack.host.unmap(18 * PAGE, 2 * PAGE);
      expect([driver.told, stack.pins]).to.deep.equal([[], '1 1 10 1000']);
      pinned.unpin();
    });

    it('nested stuck: a driver that keeps its pin: it is revoked at all stages', () => {
      const stack = new Stack(personality);
      using driver = new Driver(stack.top);
      const pinned = driver.access.pin(100 * PAGE, 3 * PAGE);
      const unmapped = outcome(() => stack.host.unmap(17 * PAGE, PAGE));
      expect(unmapped).to.equal(personality === 'iommufd' ? 'EDEADLK ioas.stuck' : PAGE);
      expect([pinned.isRevoked, driver.told.length]).to.deep.equal([
        true,
        personality === 'iommufd' ? 100 : 10,
      ]);
      expect(outcome(() => pinned.views())).to.equal('ENODEV access.revoked');
      expect(stack.pins.replaceAll(/[ 0]/g, '')).to.equal('');
      expect(stack.log.lines).to.have.length(1);
      if (personality === 'iommufd') {
        expect(stack.host.unmap(17 * PAGE, PAGE), 'the next attempt').to.equal(PAGE);
      }
    });
  });
}
