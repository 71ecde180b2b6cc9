import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Iova } from '../dma/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { Device, Driver } from '../sva/process.test-support.js';
import { NestedSpace } from './nested-space.js';

const DIRTY = 'include/uapi/linux/iommufd.h, IOMMU_HWPT_GET_DIRTY_BITMAP';

/** Pages 32 .. 39 of the host, which the guest sees at 0 .. 7, and a guest of that at 64 .. 71. */
class Stack {
  readonly host = new AddressSpace({ personality: 'iommufd' });
  readonly middle = new NestedSpace(this.host);
  readonly top = new NestedSpace(this.middle);

  constructor() {
    this.host.map({ iova: 32 * PAGE, memory: new Uint8Array(5 * PAGE) });
    this.host.map({ iova: 37 * PAGE, memory: new Uint8Array(3 * PAGE) });
    this.middle.mapParent({ iova: 0, parentIova: 32 * PAGE, size: 3 * PAGE });
    this.middle.mapParent({ iova: 3 * PAGE, parentIova: 35 * PAGE, size: 5 * PAGE });
    this.top.mapParent({ iova: 64 * PAGE, parentIova: 0, size: 8 * PAGE });
  }

  log(...spaces: AddressSpace[]): this {
    for (const space of spaces) {
      space.startDirtyTracking({ pageSize: PAGE });
    }
    return this;
  }
}

/** Which of eight pages from `iova` are dirty; a space that records nothing answers undefined. */
function dirty(space: AddressSpace, iova: Iova): number[] | undefined {
  if (space.dirtyLog === undefined) {
    return undefined;
  }
  const bitmap = new Uint8Array(8);
  space.reportDirty(iova, 8 * PAGE, PAGE, bitmap);
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((page) => ((bitmap[0] ?? 0) & (1 << page)) !== 0);
}

describe(`dirty logs of two stages and three (${DIRTY})`, () => {
  it('nested dirty: a write is in the log of each stage under its own IOVAs, across the maps of all', () => {
    const stack = new Stack();
    stack.log(stack.host, stack.middle, stack.top);
    const device = new Device(stack.top);
    expect(device.write(67 * PAGE - 1, [1, 2])).to.equal('written');
    expect(device.write(69 * PAGE - 1, [1, 2])).to.equal('written');
    const pages = [2, 3, 4, 5];
    expect([dirty(stack.top, 64 * PAGE), dirty(stack.middle, 0)]).to.deep.equal([pages, pages]);
    expect(dirty(stack.host, 32 * PAGE)).to.deep.equal(pages);
    expect(dirty(stack.host, 32 * PAGE), 'told once').to.deep.equal([]);
  });

  it('nested dirty faults: reads are not, nor writes that fault', () => {
    const stack = new Stack();
    stack.log(stack.host, stack.middle);
    const device = new Device(stack.middle);
    device.read(0, PAGE);
    stack.host.unmap(37 * PAGE, 3 * PAGE);
    expect(device.write(5 * PAGE - 1, [1, 2])).to.equal('memory: nested.unmapped');
    expect([dirty(stack.middle, 0), dirty(stack.host, 32 * PAGE)]).to.deep.equal([[], []]);
  });

  for (const [name, write] of [
    ['fill', (device: Device): void => device.port.fill(PAGE, 1, 9)],
    ['copy', (device: Device): void => device.port.copy(PAGE, 0, 1)],
    ['a view for writing', (device: Device): unknown => device.port.view(PAGE, 1, 'write')],
    ['views for writing', (device: Device): unknown => device.port.views(PAGE, 1, 'write')],
    [
      'a scatter list',
      (device: Device): void => {
        device.port.scatter([{ iova: PAGE, length: 1 }], Uint8Array.of(1));
      },
    ],
  ] as const) {
    it(`nested dirty: ${name} counts below as above`, () => {
      const stack = new Stack();
      stack.log(stack.host, stack.middle);
      write(new Device(stack.middle));
      expect([dirty(stack.middle, 0), dirty(stack.host, 32 * PAGE)]).to.deep.equal([[1], [1]]);
    });
  }

  it('nested log: only the stage that wants to know has a log; each starts and stops for itself', () => {
    const stack = new Stack();
    const device = new Device(stack.top);
    device.write(64 * PAGE, [1]);
    stack.log(stack.host);
    device.write(65 * PAGE, [1]);
    expect(dirty(stack.host, 32 * PAGE)).to.deep.equal([1]);
    stack.log(stack.top);
    device.write(66 * PAGE, [1]);
    expect([dirty(stack.top, 64 * PAGE), dirty(stack.host, 32 * PAGE)]).to.deep.equal([[2], [2]]);
    stack.host.stopDirtyTracking();
    device.write(67 * PAGE, [1]);
    expect([dirty(stack.top, 64 * PAGE), dirty(stack.host, 32 * PAGE)]).to.deep.equal([
      [3],
      undefined,
    ]);
    expect(stack.middle.dirtyLog).to.equal(undefined);
    stack.log(stack.host);
    device.write(68 * PAGE, [1]);
    expect(dirty(stack.host, 32 * PAGE)).to.deep.equal([4]);
  });

  it('nested log: what the log of a stage says of itself is its own', () => {
    const stack = new Stack();
    stack.log(stack.host, stack.middle);
    new Device(stack.host).write(32 * PAGE, [1]);
    new Device(stack.middle).write(PAGE, [1]);
    expect([stack.host.dirtyLog?.count, stack.middle.dirtyLog?.count]).to.deep.equal([2, 1]);
    const bitmap = new Uint8Array(8);
    stack.middle.dirtyLog?.report(0, 8 * PAGE, PAGE, bitmap, { clear: false });
    expect(bitmap[0]).to.equal(0b10);
    stack.middle.dirtyLog?.clear(0, 8 * PAGE);
    expect([stack.host.dirtyLog?.count, stack.middle.dirtyLog?.count]).to.deep.equal([2, 0]);
    stack.middle.stopDirtyTracking();
    expect(stack.middle.dirtyLog?.count, 'that of the host is marked, not shown').to.equal(0);
  });

  it('nested dirty pins: what is pinned for writing through stages is dirty at each, again and again (drivers/vfio/vfio_iommu_type1.c, vfio_iova_dirty_bitmap)', () => {
    const stack = new Stack();
    stack.log(stack.host, stack.middle, stack.top);
    using driver = new Driver(stack.top);
    const read = driver.access.pin(64 * PAGE, PAGE);
    const write = driver.access.pin(66 * PAGE, 2 * PAGE, { write: true });
    for (let round = 0; round < 2; round++) {
      expect(dirty(stack.host, 32 * PAGE)).to.deep.equal([2, 3]);
      expect(dirty(stack.middle, 0)).to.deep.equal([2, 3]);
      expect(dirty(stack.top, 64 * PAGE)).to.deep.equal([2, 3]);
    }
    read.unpin();
    write.unpin();
    expect(dirty(stack.host, 32 * PAGE), 'until it is unpinned').to.deep.equal([2, 3]);
    expect(dirty(stack.host, 32 * PAGE)).to.deep.equal([]);
  });
});
