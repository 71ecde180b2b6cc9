import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { WHOLE_SPACE, type Access } from './access.js';
import { holdsOf, personalities, pinsOf, spaceOf, Made } from './access.test-support.js';

const made = new Made();

const CHANGE = 'drivers/iommu/iommufd/device.c, iommufd_access_change_ioas';
const EVERYTHING = `0+${WHOLE_SPACE}`;

for (const name of personalities) {
  describe(`an access and its space, ${name} (${CHANGE})`, () => {
    made.disposeAfterEach();

    it('access attach: attach: once; the space is busy as long as it lasts', () => {
      const space = spaceOf(name, [1, 1]);
      const { access } = made.driver();
      access.attach(space);
      expect([access.space === space, space.isBusy]).to.deep.equal([true, true]);
      for (const again of [space, spaceOf(name)]) {
        expect(outcome(() => access.attach(again))).to.equal('EINVAL access.attached');
      }
      expect(outcome(() => space.destroy())).to.equal('EBUSY ioas.busy');
      access.detach();
      access.detach();
      expect([access.space, space.isBusy]).to.deep.equal([undefined, false]);
      access.attach(space);
      expect(space.isBusy).to.equal(true);
    });

    it('access replace: replace: ENOENT when not attached; the same space changes nothing and tells nobody', () => {
      const driver = made.driver();
      const space = spaceOf(name, [1, 1]);
      expect(outcome(() => driver.access.replace(space))).to.equal('ENOENT access.detached');
      expect(space.isBusy).to.equal(false);
      driver.access.attach(space);
      driver.pin(1);
      driver.access.replace(space);
      expect([driver.told, driver.access.pinCount]).to.deep.equal([[], 1]);
    });

    for (const way of ['replace', 'detach', 'dispose'] as const) {
      const leave = (access: Access, next = spaceOf(name, [1, 1])): void => {
        if (way === 'replace') {
          access.replace(next);
        } else if (way === 'detach') {
          access.detach();
        } else {
          access[Symbol.dispose]();
        }
      };

      it(`access told: ${way}: the handler is told to unpin everything, and may still do so`, () => {
        const space = spaceOf(name, [1, 2]);
        const driver = made.driver();
        driver.access.attach(space);
        const ranges = [driver.pin(1), driver.pin(1, 2)];
        driver.onUnmap = () => {
          driver.unpinAll();
        };
        const next = spaceOf(name);
        leave(driver.access, next);
        expect(driver.told).to.deep.equal([EVERYTHING]);
        expect([pinsOf(space, 2), holdsOf(space), space.isBusy]).to.deep.equal(['.0', [], false]);
        expect(ranges.map((range) => range.isRevoked)).to.deep.equal([false, false]);
        expect(driver.access.space === (way === 'replace' ? next : undefined)).to.equal(true);
      });

      it(`access void: ${way}: what is still held, also after a handler that throws, is void and reported`, () => {
        const space = spaceOf(name, [1, 1], [2, 1]);
        const driver = made.driver();
        driver.access.attach(space);
        const range = driver.pin(1, 2);
        driver.onUnmap = () => {
          throw new Error('broken');
        };
        leave(driver.access);
        expect([driver.revoked, driver.told.length]).to.deep.equal([[range], 1]);
        expect([pinsOf(space, 3), holdsOf(space), space.isBusy]).to.deep.equal(['.00', [], false]);
        expect(outcome(() => range.read(0, new Uint8Array(1)))).to.equal('ENODEV access.revoked');
        expect(driver.log.length, 'the handler and the pins').to.equal(2);
      });

      it(`access busy: ${way}: from its handler every move is EBUSY, and pin and rw are ENOENT`, () => {
        const space = spaceOf(name, [1, 1]);
        const driver = made.driver();
        const { access } = driver;
        access.attach(space);
        const answers: unknown[] = [];
        driver.onUnmap = () => {
          for (const call of [
            () => access.attach(space),
            () => access.replace(space),
            () => access.detach(),
            () => void access.pin(PAGE, PAGE),
            () => access.rw(PAGE, new Uint8Array(1), { write: false }),
          ]) {
            answers.push(outcome(call));
          }
        };
        leave(access);
        const [busy, gone] = ['EBUSY access.busy', 'ENOENT access.detached'];
        expect(answers).to.deep.equal([busy, busy, busy, gone, gone]);
      });

      it(`access disposed inside: ${way}: a dispose from its handler wins`, () => {
        const space = spaceOf(name, [1, 1]);
        const driver = made.driver();
        driver.access.attach(space);
        driver.onUnmap = () => {
          driver.access[Symbol.dispose]();
        };
        const next = spaceOf(name);
        const answer = outcome(() => {
          leave(driver.access, next);
        });
        expect(answer).to.equal(way === 'replace' ? 'ENODEV access.closed' : undefined);
        expect([driver.access.space, space.isBusy, next.isBusy]).to.deep.equal([
          undefined,
          false,
          false,
        ]);
        expect(driver.log, 'it did not throw').to.deep.equal([]);
      });
    }

    it('access disposed: a disposed access is not attached any more: ENODEV; a second dispose is harmless', () => {
      const { access } = made.driver();
      access[Symbol.dispose]();
      access[Symbol.dispose]();
      expect(outcome(() => access.attach(spaceOf(name)))).to.equal('ENODEV access.closed');
    });

    it('access replaced: after a replace the old space tells nothing, the new one does', () => {
      const [old, next] = [spaceOf(name, [1, 1]), spaceOf(name, [1, 1])];
      const [driver, stays] = [made.driver(), made.driver()];
      [driver, stays].forEach(({ access }) => {
        access.attach(old);
      });
      driver.access.replace(next);
      driver.told.length = 0;
      stays.pin(1);
      stays.onUnmap = () => {
        stays.unpinAll();
      };
      old.unmap(PAGE, PAGE);
      expect([driver.told, stays.told.length]).to.deep.equal([[], 1]);
      driver.pin(1);
      driver.onUnmap = () => {
        driver.unpinAll();
      };
      next.unmap(PAGE, PAGE);
      expect(driver.told).to.deep.equal([`${PAGE}+${PAGE}`]);
    });
  });
}

describe('whole pages for an access that pins (io_pagetable.c, iopt_add_access)', () => {
  made.disposeAfterEach();

  const crooked = (): AddressSpace => {
    const space = new AddressSpace({ personality: 'iommufd' });
    space.map({ iova: 2 * PAGE, memory: new Uint8Array(16) });
    return space;
  };

  it('access whole pages: EADDRINUSE where the maps are no whole pages; the access stays where it was, unasked', () => {
    const driver = made.driver();
    const space = crooked();
    expect(outcome(() => driver.access.attach(space))).to.equal('EADDRINUSE ioas.conflict');
    expect([driver.access.space, space.isBusy, space.alignment]).to.deep.equal([
      undefined,
      false,
      1,
    ]);
    const home = spaceOf('iommufd', [1, 1]);
    driver.access.attach(home);
    driver.pin(1);
    expect(outcome(() => driver.access.replace(space))).to.equal('EADDRINUSE ioas.conflict');
    expect([driver.access.space === home, pinsOf(home, 2), driver.told]).to.deep.equal([
      true,
      '.1',
      [],
    ]);
    expect(space.isBusy).to.equal(false);
  });

  it('access copies only: an access that only copies takes any maps', () => {
    const access = made.access({ name: 'copies only' });
    const space = crooked();
    access.attach(space);
    access.rw(2 * PAGE + 3, Uint8Array.of(7), { write: true });
    expect([space.alignment, space.find(2 * PAGE)?.bytes?.[3]]).to.deep.equal([1, 7]);
  });
});

describe('the making of an access (drivers/vfio/vfio_main.c, vfio_pin_pages: dma_unmap)', () => {
  made.disposeAfterEach();

  it('access handler: one that pins and cannot be told of an unmap is EINVAL', () => {
    const make = (): Access => made.access({ name: 'deaf', needsPin: true });
    expect(outcome(make)).to.equal('EINVAL access.handler');
  });
});
