import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, outcome } from '../../errors/outcome.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { Access } from './access.js';
import { holdsOf, memoryAt, personalities, pinsOf, spaceOf, Made } from './access.test-support.js';

const made = new Made();

const UNMAP = 'drivers/iommu/iommufd/io_pagetable.c, iopt_unmap_iova_range';
const TYPE1 = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap';
const SELFTEST = 'tools/testing/selftests/iommu/iommufd.c, access_pin_unmap';

for (const name of personalities) {
  describe(`unmap of pinned memory in ${name} (${UNMAP}; ${TYPE1})`, () => {
    made.disposeAfterEach();

    it(`unmap unpins: the handler really removes pins, so that a later unpin is harmless (${SELFTEST})`, () => {
      const space = spaceOf(name, [1, 4]);
      const driver = made.driver();
      driver.access.attach(space);
      const ranges = [driver.pin(1, 4), driver.pin(2, 1), driver.pin(2, 1)];
      const memory = memoryAt(space, 1);
      driver.onUnmap = () => {
        driver.unpinAll();
      };
      expect(space.unmap(PAGE, 4 * PAGE)).to.equal(4 * PAGE);
      expect(driver.told, 'once').to.deep.equal([`${PAGE}+${4 * PAGE}`]);
      expect([memory.holds, driver.access.pinCount, driver.revoked]).to.deep.equal([[], 0, []]);
      for (const range of ranges) {
        range.unpin();
        expect(range.isRevoked).to.equal(false);
        expect(outcome(() => range.views())).to.equal('EINVAL access.unpinned');
      }
      space.map({ iova: PAGE, memory: new Uint8Array(PAGE) });
      ranges[0]?.unpin();
      expect(pinsOf(space, 2)).to.equal('.0');
    });

    it('unmap told: is told of each map on its own, with the bounds of the map, and of no other', () => {
      const space = spaceOf(name, [1, 2], [3, 2], [6, 1], [8, 1]);
      const driver = made.driver();
      driver.access.attach(space);
      [1, 4, 8].forEach((page) => driver.pin(page));
      driver.onUnmap = () => {
        driver.unpinAll();
      };
      driver.pin(6).unpin();
      space.unmap(PAGE, 6 * PAGE);
      expect(driver.told).to.deep.equal([`${PAGE}+${2 * PAGE}`]);
      expect(pinsOf(space, 9)).to.equal('........0');
    });

    it('unmap handler throws: a handler that throws is asked again, and its pins go nevertheless', () => {
      const space = spaceOf(name, [1, 1]);
      const driver = made.driver();
      driver.access.attach(space);
      driver.pin(1);
      driver.onUnmap = () => {
        if (driver.told.length === 2) {
          driver.unpinAll();
        }
        throw new Error('broken');
      };
      expect(space.unmap(PAGE, PAGE)).to.equal(PAGE);
      expect([driver.told.length, driver.revoked]).to.deep.equal([2, []]);
    });

    it('unmap told all: all accesses of the space are told, also one that pinned nothing', () => {
      const space = spaceOf(name, [1, 1]);
      const [driver, other] = [made.driver(), made.driver()];
      [driver, other].forEach(({ access }) => {
        access.attach(space);
      });
      made.access({ name: 'copies only' }).attach(space);
      driver.pin(1);
      driver.onUnmap = () => {
        driver.unpinAll();
      };
      space.unmap(PAGE, PAGE);
      expect(other.told).to.deep.equal(driver.told);
    });
  });

  describe(`a handler that re-enters, in ${name} (${UNMAP}, prevent_access)`, () => {
    made.disposeAfterEach();

    it('unmap pins: may not pin what is going, and may pin something else', () => {
      const space = spaceOf(name, [1, 1], [2, 1], [4, 1]);
      const driver = made.driver();
      driver.access.attach(space);
      driver.pin(1);
      const answers: unknown[] = [];
      memoryAt(space, 2).refusePin = () => {
        throw new Error('not even asked');
      };
      driver.onUnmap = () => {
        const pin = (page: number): unknown => outcome(() => driver.access.pin(page * PAGE, PAGE));
        answers.push(pin(1), pin(2), typeof pin(4));
        driver.unpinAll();
      };
      space.unmap(PAGE, 2 * PAGE);
      const refused = 'EINVAL access.unmapping';
      expect(answers).to.deep.equal([refused, refused, 'object']);
      expect(pinsOf(space, 5)).to.equal('....1');
    });

    it('unmap rw: may copy in type1v2, where the map is still there, and not in iommufd', () => {
      const space = spaceOf(name, [1, 1]);
      const driver = made.driver();
      driver.access.attach(space);
      driver.pin(1);
      const answers: unknown[] = [];
      driver.onUnmap = () => {
        const into = new Uint8Array(1);
        answers.push(
          outcome(() => {
            driver.access.rw(PAGE, into, { write: false });
            return into[0];
          }),
        );
        driver.unpinAll();
      };
      space.unmap(PAGE, PAGE);
      expect(answers).to.deep.equal([name === 'iommufd' ? 'EINVAL access.unmapping' : 1]);
    });

    it('unmap from a handler: may unmap other maps, pinned or not', () => {
      const space = spaceOf(name, [1, 1], [3, 1], [5, 1]);
      const driver = made.driver();
      driver.access.attach(space);
      const [first, second] = [driver.pin(1), driver.pin(3)];
      driver.onUnmap = (iova) => {
        if (iova === PAGE) {
          space.unmap(3 * PAGE, 3 * PAGE);
          first.unpin();
        } else {
          second.unpin();
        }
      };
      expect(space.unmap(PAGE, PAGE)).to.equal(PAGE);
      expect(driver.told).to.deep.equal([`${PAGE}+${PAGE}`, `${3 * PAGE}+${PAGE}`]);
      expect([pinsOf(space, 6), driver.revoked]).to.deep.equal(['......', []]);
    });

    it('unmap of itself: may not unmap what it is asked to unpin: EBUSY, and it can still unpin (own rule)', () => {
      const space = spaceOf(name, [1, 1]);
      const driver = made.driver();
      driver.access.attach(space);
      const range = driver.pin(1);
      const answers: unknown[] = [];
      driver.onUnmap = () => {
        answers.push(outcome(() => space.unmap(PAGE, PAGE)));
        driver.unpinAll();
        answers.push(outcome(() => space.unmap(PAGE, PAGE)));
      };
      const answer = outcome(() => space.unmap(PAGE, PAGE));
      expect(answers).to.deep.equal(['EBUSY dma.unmapping', PAGE]);
      expect(answer).to.equal(name === 'iommufd' ? 'ENOENT ioas.nothing' : 0);
      expect([driver.told.length, range.isRevoked, pinsOf(space, 2)]).to.deep.equal([
        1,
        false,
        '..',
      ]);
    });
  });
}

describe('a driver that never unpins (own rule: the unmap ends, and the driver loses its pins)', () => {
  made.disposeAfterEach();

  it(`pin stuck: type1v2: is asked 10 times, its pins are void, and the unmap succeeds (${TYPE1})`, () => {
    const space = spaceOf('type1v2', [1, 1], [2, 1]);
    const driver = made.driver();
    driver.access.attach(space);
    const range = driver.pin(1, 2);
    const [first, second] = [memoryAt(space, 1), memoryAt(space, 2)];
    expect(space.unmap(PAGE, PAGE)).to.equal(PAGE);
    expect([driver.told.length, driver.revoked]).to.deep.equal([10, [range]]);
    expect(pinsOf(space, 3), 'its part in the other map, too').to.equal('..0');
    expect([first.holds, second.holds]).to.deep.equal([[], []]);
    expect([range.isRevoked, outcome(() => range.views())]).to.deep.equal([
      true,
      'ENODEV access.revoked',
    ]);
    range.unpin();
    expect([pinsOf(space, 3), range.isRevoked]).to.deep.equal(['..0', true]);
  });

  it(`pin stuck: iommufd: is asked 100 times, the unmap is EDEADLK, the next succeeds (${UNMAP})`, () => {
    const space = spaceOf('iommufd', [1, 1], [2, 1]);
    const driver = made.driver();
    driver.access.attach(space);
    const range = driver.pin(2);
    const other = driver.pin(1);
    driver.onUnmap = () => {
      other.unpin();
    };
    expect(outcome(() => space.unmap(PAGE, 2 * PAGE))).to.equal('EDEADLK ioas.stuck');
    expect(driver.told.filter((told) => told.startsWith(`${2 * PAGE}+`)).length).to.equal(100);
    expect([driver.revoked, other.isRevoked]).to.deep.equal([[range], false]);
    expect([pinsOf(space, 3), holdsOf(space)]).to.deep.equal(['.00', []]);
    driver.pin(2).unpin();
    expect(space.unmap(PAGE, 2 * PAGE)).to.equal(2 * PAGE);
  });

  it('pin stuck others: memory that unpins another range when it is let go: that one was not revoked (own rule)', () => {
    const space = spaceOf('type1v2', [1, 1]);
    const driver = made.driver();
    driver.access.attach(space);
    const [first, second] = [driver.pin(1), driver.pin(1)];
    memoryAt(space, 1).breakRelease = () => {
      second.unpin();
    };
    space.unmap(PAGE, PAGE);
    expect(driver.revoked).to.deep.equal([first]);
    expect([first.isRevoked, second.isRevoked]).to.deep.equal([true, false]);
  });

  it('pin stuck others: only its own pins are taken, and a revocation handler or memory that throws stops nothing', () => {
    const space = spaceOf('type1v2', [1, 1], [2, 1]);
    const revoked: unknown[] = [];
    const bad = made.driver({
      onRevoked: (range) => {
        revoked.push(range);
        throw new Error('broken');
      },
    });
    const good = made.driver();
    [bad, good].forEach(({ access }) => {
      access.attach(space);
    });
    bad.pin(1);
    bad.pin(1);
    const memory = memoryAt(space, 1);
    memory.breakRelease = () => {
      throw new Error('stuck');
    };
    const kept = good.pin(2);
    expect(space.unmap(PAGE, PAGE)).to.equal(PAGE);
    expect([revoked.length, bad.access.pinCount, memory.holds]).to.deep.equal([2, 0, []]);
    expect(bad.log.length, 'two of the memory, two of the handler').to.equal(4);
    expect([kept.isRevoked, good.access.pinCount, pinsOf(space, 3)]).to.deep.equal([
      false,
      1,
      '..1',
    ]);
  });

  it('unmap asynchronous: bug: a handler that rejects later is reported, and ends nothing', async () => {
    const reported: string[] = [];
    const log = (): void => undefined;
    const error = (message: string): void => void reported.push(message);
    const logger = { debug: log, info: log, warn: log, error, child: () => logger };
    const unmap = (): unknown => Promise.reject(new Error('too late'));
    using access = new Access({
      name: 'asynchronous',
      needsPin: true,
      unmap,
      logger,
    });
    const space = spaceOf('type1v2', [1, 1]);
    access.attach(space);
    access.pin(PAGE, PAGE);
    expect(space.unmap(PAGE, PAGE)).to.equal(PAGE);
    await microtasks();
    expect(reported).to.have.length(10);
  });
});
