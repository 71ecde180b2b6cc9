import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { outcome } from '../../errors/outcome.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE, type AddressSpace } from '../space/index.js';
import { memoryAt, pinsOf, spaceOf, type TestDriver, Made } from './access.test-support.js';

const made = new Made();

function pinned(
  pages: number,
  ...maps: Parameters<typeof spaceOf>[1][]
): { space: AddressSpace; driver: TestDriver } {
  const space = spaceOf('iommufd', ...maps);
  const driver = made.driver();
  driver.access.attach(space);
  driver.pin(1, pages);
  return { space, driver };
}

function only({ held: [range] }: TestDriver): TestDriver['held'][number] {
  if (range === undefined) {
    throw new Error('nothing is pinned');
  }
  return range;
}

describe('a pinned range (include/linux/iommufd.h, iommufd_access_pin_pages)', () => {
  made.disposeAfterEach();

  it('pinned views: views are the memory itself, one for each map', () => {
    const { space, driver } = pinned(3, [1, 2], [3, 2]);
    const views = only(driver).views();
    expect(views.map((view) => view.length)).to.deep.equal([2 * PAGE, PAGE]);
    views[1]?.fill(0xab, 0, 2);
    const { bytes } = memoryAt(space, 3).memory;
    expect([...bytes.subarray(0, 3)]).to.deep.equal([0xab, 0xab, 3]);
  });

  it('begins inside a map', () => {
    const { space, driver } = pinned(1, [1, 3]);
    const range = driver.pin(2);
    range.write(4, Uint8Array.of(7));
    expect(memoryAt(space, 1).memory.bytes.indexOf(7)).to.equal(PAGE + 4);
    const into = new Uint8Array(1);
    range.read(4, into);
    expect([into[0], range.views()[0]?.[4]]).to.deep.equal([7, 7]);
  });

  it('pinned any byte: reads and writes at any byte, across maps', () => {
    const { space, driver } = pinned(3, [1, 1], [2, 1], [3, 1]);
    const range = only(driver);
    range.write(
      PAGE - 1,
      Uint8Array.from({ length: PAGE + 2 }, (_, at) => at & 0xff),
    );
    const into = new Uint8Array(PAGE + 4);
    range.read(PAGE - 2, into);
    expect([into[0], into[1], into[2], into[PAGE + 2], into[PAGE + 3]]).to.deep.equal([
      1, 0, 1, 1, 3,
    ]);
    expect(memoryAt(space, 3).memory.bytes[0]).to.equal(1);
    range.read(3 * PAGE, new Uint8Array(0));
  });

  for (const [what, offset, size] of [
    ['one byte behind', 2 * PAGE, 1],
    ['over the end', 2 * PAGE - 1, 2],
    ['before the start', -1, 1],
    ['half a byte', 0.5, 1],
    ['no number', NaN, 1],
    ['nothing, beyond the end', 2 * PAGE + 1, 0],
  ] as const) {
    it(`pinned range: ${what} is EINVAL, for read and write`, () => {
      const { driver } = pinned(2, [1, 4]);
      const range = only(driver);
      const data = new Uint8Array(size);
      expect(outcome(() => range.read(offset, data))).to.equal('EINVAL access.range');
      expect(outcome(() => range.write(offset, data))).to.equal('EINVAL access.range');
    });
  }

  it('pinned permission: one that is not pinned for writing is not written, one of a write-only map not read', () => {
    const { driver } = pinned(1, [1, 1], [2, 1, 'w']);
    const data = new Uint8Array(1);
    const [readable, writable] = [driver.pin(1, 1, false), driver.pin(2, 1)];
    expect(outcome(() => readable.write(0, data))).to.equal('EPERM dma.permission');
    expect(outcome(() => writable.read(0, data))).to.equal('EPERM dma.permission');
    writable.write(0, data);
    readable.read(0, data);
    expect(data[0]).to.equal(1);
  });

  it('pinned no view: memory without views is EOPNOTSUPP, and read and write work', () => {
    const { space, driver } = pinned(2, [1, 1], [2, 1]);
    memoryAt(space, 2).hasViews = false;
    const range = only(driver);
    expect(outcome(() => range.views())).to.equal('EOPNOTSUPP access.no-view');
    const into = new Uint8Array(2);
    range.read(PAGE - 1, into);
    expect([...into]).to.deep.equal([1, 2]);
  });

  it('pinned memory: memory that shrank is EFAULT, for all of it; read and write say how far they came', () => {
    const { space, driver } = pinned(2, [1, 1], [2, 1]);
    memoryAt(space, 2).size = 0;
    const range = only(driver);
    expect(outcome(() => range.views())).to.equal('EFAULT access.memory');
    expect(() => range.read(PAGE - 3, new Uint8Array(4)))
      .to.throw(MdevError, 'EFAULT access.memory')
      .with.nested.property('details.done', 3);
  });

  for (const end of ['unpinned', 'revoked'] as const) {
    it(`pinned over: ${end}: every use throws, also when something else is mapped there`, () => {
      const { space, driver } = pinned(1, [1, 1]);
      const range = only(driver);
      if (end === 'unpinned') {
        range[Symbol.dispose]();
      } else {
        driver.access.detach();
      }
      space.unmapAll();
      space.map({ iova: PAGE, memory: new Uint8Array(PAGE) });
      const data = new Uint8Array(1);
      const expected = end === 'unpinned' ? 'EINVAL access.unpinned' : 'ENODEV access.revoked';
      for (const use of [
        () => range.views(),
        () => range.read(0, data),
        () => range.write(0, data),
      ]) {
        expect(outcome(use)).to.equal(expected);
      }
      range.unpin();
      range[Symbol.dispose]();
      expect([pinsOf(space, 2), range.isRevoked]).to.deep.equal(['.0', end === 'revoked']);
    });
  }

  it('pinned undo: memory that throws when it is let go: the pin is gone, and unpin throws its error once', () => {
    const { space, driver } = pinned(2, [1, 1], [2, 1]);
    memoryAt(space, 1).breakRelease = () => {
      throw new Error('stuck');
    };
    const range = only(driver);
    expect(() => {
      range.unpin();
    }).to.throw('stuck');
    range.unpin();
    expect([pinsOf(space, 3), memoryAt(space, 2).holds]).to.deep.equal(['.00', []]);
    expect(driver.access.pinCount).to.equal(0);
  });
});

describe('pins and the dirty log (vfio_iommu_type1.c, vfio_dma_populate_bitmap)', () => {
  made.disposeAfterEach();

  const dirty = (space: AddressSpace): number => {
    const bitmap = new Uint8Array(8);
    space.reportDirty(0, 8 * PAGE, PAGE, bitmap);
    return bitmap[0] ?? 0;
  };

  it('pinned dirty: what is pinned for writing is dirty in every report, and in the one after its unpin', () => {
    const { space, driver } = pinned(2, [1, 2], [4, 1]);
    const read = driver.pin(4, 1, false);
    space.startDirtyTracking({ pageSize: PAGE });
    expect([dirty(space), dirty(space)]).to.deep.equal([0b110, 0b110]);
    driver.unpinAll();
    expect([dirty(space), dirty(space)]).to.deep.equal([0b110, 0]);
    expect(read.isWritable).to.equal(false);
  });

  it('pinned dirty: also where it is pinned after the report and unpinned before the next', () => {
    const { space, driver } = pinned(1, [1, 2]);
    driver.unpinAll();
    space.startDirtyTracking({ pageSize: PAGE });
    expect(dirty(space)).to.equal(0);
    driver.pin(2).unpin();
    expect([dirty(space), dirty(space)]).to.deep.equal([0b100, 0]);
  });

  it('pinned dirty: also what is taken back from the driver', () => {
    const { space, driver } = pinned(1, [1, 2]);
    space.startDirtyTracking({ pageSize: PAGE });
    dirty(space);
    driver.access.detach();
    expect([dirty(space), dirty(space)]).to.deep.equal([0b10, 0]);
  });
});
