import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import type { Iova } from '../dma/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { Driver, NotedLog } from '../sva/process.test-support.js';
import { NestedSpace } from './nested-space.js';
import { Stack } from './stack.test-support.js';

const UNMAP = 'drivers/iommu/iommufd/io_pagetable.c, iopt_unmap_iova_range';

describe(`who is told of what (${UNMAP})`, () => {
  it('nested unmap: the exact part of each guest map that shows the map of the host, and has pins there', () => {
    const host = new AddressSpace({ personality: 'iommufd' });
    for (const [iova, pages] of [
      [10, 6],
      [16, 4],
      [20, 4],
    ] as const) {
      host.map({ iova: iova * PAGE, memory: new Uint8Array(pages * PAGE) });
    }
    const guest = new NestedSpace(host);
    const windows: readonly (readonly [page: number, parentPage: number, pages: number])[] = [
      [0, 17, 1],
      [20, 10, 6],
      [30, 17, 5],
      [40, 20, 4],
      [50, 15, 9],
      [90, 16, 4],
    ];
    for (const [page, parentPage, pages] of windows) {
      guest.mapParent({ iova: page * PAGE, parentIova: parentPage * PAGE, size: pages * PAGE });
    }
    using driver = new Driver(guest);
    const pins = [0, 25, 30, 40, 54, 53].map((page) => driver.access.pin(page * PAGE, PAGE));
    driver.onUnmap = (): void => {
      for (const pin of driver.told.length === 3 ? pins : []) {
        pin.unpin();
      }
    };
    host.unmap(16 * PAGE, 4 * PAGE);
    expect(driver.told).to.deep.equal([
      `0+${PAGE}`,
      `${30 * PAGE}+${3 * PAGE}`,
      `${51 * PAGE}+${4 * PAGE}`,
    ]);
  });

  it('nested pin going: nobody gets a pin of a map of the host that is on its way out', () => {
    const stack = new Stack('type1v2');
    using driver = new Driver(stack.middle);
    const pinned = driver.access.pin(0, PAGE);
    const answers: unknown[] = [];
    driver.onUnmap = (): void => {
      answers.push(outcome(() => driver.access.pin(0, PAGE)));
      pinned.unpin();
    };
    stack.host.unmap(16 * PAGE, PAGE);
    expect([answers, driver.access.pinCount]).to.deep.equal([['EFAULT access.memory'], 0]);
  });

  it('nested told: not a driver that has left, nor for a map that took the place of the one with the pin', () => {
    const stack = new Stack('type1v2');
    using gone = new Driver(stack.middle, 'gone');
    using stays = new Driver(stack.middle, 'stays');
    gone.access.detach();
    gone.told.length = 0;
    const pinned = stays.access.pin(0, PAGE);
    stays.onUnmap = (): void => {
      pinned.unpin();
    };
    stack.host.unmap(16 * PAGE, PAGE);
    expect([gone.told, stays.told]).to.deep.equal([[], [`0+${PAGE}`]]);
    stack.middle.find(PAGE)?.memory.pin(PAGE, PAGE);
    stack.middle.unmap(0, 4 * PAGE);
    stack.middle.mapParent({ iova: 0, parentIova: 17 * PAGE, size: PAGE });
    stays.told.length = 0;
    stack.host.unmap(17 * PAGE, PAGE);
    expect(stays.told).to.deep.equal([]);
  });

  it('nested told: all drivers of the guest, one that throws as well; that is reported', () => {
    const log = new NotedLog();
    const host = new AddressSpace({ personality: 'iommufd' });
    host.map({ iova: 0, memory: new Uint8Array(PAGE) });
    const guest = new NestedSpace(host, { logger: log });
    guest.mapParent({ iova: 0, parentIova: 0, size: PAGE });
    using bad = new Driver(guest, 'bad');
    using good = new Driver(guest, 'good');
    const pinned = good.access.pin(0, PAGE);
    bad.onUnmap = (): void => {
      throw new Error('no');
    };
    good.onUnmap = (): void => {
      pinned.unpin();
    };
    expect(host.unmap(0, PAGE)).to.equal(PAGE);
    expect(log.lines).to.have.length(1);
  });

  it('nested unmap inside: a driver that unmaps the guest map when it is told is no error', () => {
    const stack = new Stack();
    using driver = new Driver(stack.middle);
    const pinned = driver.access.pin(0, PAGE);
    driver.onUnmap = (): void => {
      pinned.unpin();
      stack.middle.unmap(0, 4 * PAGE);
    };
    stack.host.unmap(16 * PAGE, PAGE);
    expect([stack.middle.mapCount, driver.told.length]).to.deep.equal([0, 1]);
  });

  it('nested told: not the drivers of a guest that is destroyed', () => {
    const stack = new Stack();
    using driver = new Driver(stack.middle);
    stack.top.destroy();
    driver.access.detach();
    stack.middle.destroy();
    expect([stack.host.isBusy, stack.host.unmap(16 * PAGE, 4 * PAGE)]).to.deep.equal([
      false,
      4 * PAGE,
    ]);
  });

  it("nested own unmap: the guest's own unmap tells its drivers and frees the host's maps", () => {
    const stack = new Stack();
    using driver = new Driver(stack.top);
    const pinned = driver.access.pin(100 * PAGE, 4 * PAGE);
    driver.onUnmap = (iova: Iova): void => {
      expect(iova).to.equal(100 * PAGE);
      pinned.unpin();
    };
    stack.top.unmap(100 * PAGE, 4 * PAGE);
    expect(stack.pins).to.equal(' 0 0000 0000');
  });

  it('nested stuck: a pin by somebody who does not listen is taken back', () => {
    const stack = new Stack('type1v2');
    const area = stack.middle.find(0);
    const hold = area?.memory.pin(0, PAGE);
    expect(stack.pins).to.equal('0 0 1000 1000');
    stack.host.unmap(16 * PAGE, PAGE);
    expect(stack.pins).to.equal('0 0 000 0000');
    hold?.[Symbol.dispose]();
    expect(stack.pins).to.equal('0 0 000 0000');
  });
});
