import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import {
  holdsOf,
  personalities,
  pinsOf,
  spaceOf,
  type TestDriver,
  type PersonalityName,
  Made,
} from './access.test-support.js';
import { pinPieces } from './pin-pieces.js';

const made = new Made();

const SELFTEST = 'tools/testing/selftests/iommu/iommufd.c';
const PIN = 'drivers/iommu/iommufd/device.c, iommufd_access_pin_pages';
const TYPE1 = 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_pin_pages';

function bench(
  name: PersonalityName,
  ...maps: Parameters<typeof spaceOf>[1][]
): { space: AddressSpace; driver: TestDriver } {
  const space = spaceOf(name, ...maps);
  const driver = made.driver();
  driver.access.attach(space);
  return { space, driver };
}

for (const name of personalities) {
  describe(`access_pin in ${name} (${SELFTEST}, access_pin)`, () => {
    made.disposeAfterEach();

    for (let pages = 1; pages <= 8; pages++) {
      it(`pin counts: ${pages} pages, also twice, and while an attachment comes and goes`, () => {
        const { space, driver } = bench(name, [1, 8]);
        const first = driver.pin(1, pages);
        expect([pinsOf(space, 2), holdsOf(space)]).to.deep.equal(['.1', [`0+${pages * PAGE}`]]);
        const second = driver.pin(1, pages);
        expect([pinsOf(space, 2), driver.access.pinCount]).to.deep.equal(['.2', 2]);
        const attachment = {};
        space.constrain(attachment, { pageSizes: BigInt(PAGE) });
        first.unpin();
        space.release(attachment);
        expect([pinsOf(space, 2), holdsOf(space).length]).to.deep.equal(['.1', 1]);
        second.unpin();
        expect([pinsOf(space, 2), holdsOf(space)]).to.deep.equal(['.0', []]);
        expect(space.unmap(PAGE, 8 * PAGE), 'nobody is told').to.equal(8 * PAGE);
        expect(driver.told).to.deep.equal([]);
      });
    }

    it('pin across: across adjacent maps: each is held by its part', () => {
      const { space, driver } = bench(name, [1, 2], [3, 1], [4, 2]);
      const range = driver.pin(2, 3);
      expect(pinsOf(space, 6)).to.equal('.11111');
      expect(holdsOf(space)).to.deep.equal([`${PAGE}+${PAGE}`, `0+${PAGE}`, `0+${PAGE}`]);
      range.unpin();
      range.unpin();
      expect([pinsOf(space, 6), holdsOf(space)]).to.deep.equal(['.00000', []]);
    });

    it('pin last page: the last page of the address space', () => {
      const iova = 2n ** 64n - BigInt(PAGE);
      const { space, driver } = bench(name);
      space.map({ iova, memory: new Uint8Array(PAGE) });
      const range = driver.access.pin(iova, PAGE);
      expect(space.find(iova)?.pins).to.equal(1);
      range[Symbol.dispose]();
      expect(space.find(iova)?.pins).to.equal(0);
    });

    it(`pin odd length: a length that is no whole page is held as it is (${PIN}, by index)`, () => {
      const { space, driver } = bench(name, [1, 1]);
      const range = driver.access.pin(PAGE, 17);
      expect([range.length, holdsOf(space)]).to.deep.equal([17, ['0+17']]);
    });
  });

  describe(`what a pin refuses in ${name} (${PIN}; ${TYPE1})`, () => {
    made.disposeAfterEach();

    const hole = name === 'iommufd' ? 'ENOENT ioas.hole' : 'EINVAL dma.hole';
    const end = 2n ** 64n;
    for (const [what, iova, length, expected] of [
      ['length 0', 0, 0, 'EINVAL dma.size'],
      ['length 0 at no address', -1, 0, 'EINVAL dma.size'],
      ['a wrap', end - BigInt(PAGE), 2 * PAGE, 'EOVERFLOW dma.overflow'],
      ['no address', 2 ** 53, PAGE, 'EOVERFLOW dma.overflow'],
      ['half a byte', PAGE, 0.5, 'EOVERFLOW dma.overflow'],
      ['a negative length', PAGE, -PAGE, 'EOVERFLOW dma.overflow'],
      ['no number', PAGE, NaN, 'EOVERFLOW dma.overflow'],
      ['a hole', 0, PAGE, hole],
      ['a hole behind a map', PAGE, 2 * PAGE, hole],
      ['a hole between maps', PAGE, 3 * PAGE, hole],
      ['the middle of a page', PAGE + 16, 16, 'EINVAL access.alignment'],
      ['a map that is not writable', 3 * PAGE, PAGE, 'EPERM dma.permission'],
      ['one that is not after one that is', 5 * PAGE, 2 * PAGE, 'EPERM dma.permission'],
    ] as const) {
      it(`pin size, pin overflow, pin hole, pin alignment, pin permission: ${what} is ${expected}, and nothing is held`, () => {
        const { space, driver } = bench(name, [1, 1], [3, 1, 'r'], [5, 1], [6, 1, 'r']);
        const { access } = driver;
        expect(outcome(() => access.pin(iova, length, { write: true }))).to.equal(expected);
        expect([pinsOf(space, 7), holdsOf(space), access.pinCount]).to.deep.equal([
          '.0.0.00',
          [],
          0,
        ]);
      });
    }

    it('pin write only: a map that may not be read: EPERM to read; to write only in type1v2', () => {
      const { driver } = bench(name, [1, 1, 'w']);
      const { access } = driver;
      expect(outcome(() => access.pin(PAGE, PAGE))).to.equal('EPERM dma.permission');
      const written = outcome(() => access.pin(PAGE, PAGE, { write: true }).length);
      expect(written).to.equal(name === 'iommufd' ? PAGE : 'EPERM dma.permission');
    });

    it('pin read only: a read-only map may be pinned to read', () => {
      const { driver } = bench(name, [1, 1, 'r']);
      expect(driver.pin(1, 1, false).isWritable).to.equal(false);
    });

    it('pin detached: an access that is not attached, before and after: ENOENT', () => {
      const { driver } = bench(name, [1, 1]);
      driver.access.detach();
      expect(outcome(() => driver.pin(1))).to.equal('ENOENT access.detached');
      expect(outcome(() => made.driver().pin(1))).to.equal('ENOENT access.detached');
    });

    it('pin not made: an access that was not made for it: EINVAL, before all else', () => {
      const access = made.access({ name: 'copies only' });
      expect(outcome(() => access.pin(0, 0))).to.equal('EINVAL access.no-pin');
    });
  });
}

describe('pages of one pin (drivers/vfio/vfio_main.c, VFIO_PIN_PAGES_MAX_ENTRIES)', () => {
  made.disposeAfterEach();

  it('pin limit: type1v2 holds 512 pages and answers E2BIG to one byte more, mapped or not', () => {
    const { driver } = bench('type1v2', [0, 600]);
    expect(driver.pin(0, 512).length).to.equal(512 * PAGE);
    const { access } = driver;
    expect(outcome(() => access.pin(0, 512 * PAGE + 1))).to.equal('E2BIG dma.pin-limit');
    expect(outcome(() => access.pin(2 ** 40, 513 * PAGE))).to.equal('E2BIG dma.pin-limit');
  });

  it('pin limit: iommufd has no limit', () => {
    const { driver } = bench('iommufd', [0, 600]);
    expect(driver.pin(0, 600).length).to.equal(600 * PAGE);
  });
});

describe('maps that are not of whole pages (device.c, iopt_area_contig_is_aligned)', () => {
  made.disposeAfterEach();

  it('pin alignment: a piece that begins inside a page, or that another follows inside a page, is EINVAL', () => {
    const space = new AddressSpace({ personality: 'iommufd' });
    space.map({ iova: PAGE, memory: new Uint8Array(PAGE + 16) });
    space.map({ iova: 2 * PAGE + 16, memory: new Uint8Array(PAGE) });
    space.map({ iova: 8 * PAGE, memory: new Uint8Array(2 * PAGE), offset: 16, size: PAGE });
    const pieces = (iova: number, length: number): unknown =>
      outcome(() => pinPieces(space, iova, length, true).map(({ size }) => size));
    expect(pieces(PAGE, PAGE + 16)).to.deep.equal([PAGE + 16]);
    expect(pieces(PAGE, PAGE + 17)).to.equal('EINVAL access.alignment');
    expect(pieces(PAGE + 16, PAGE)).to.equal('EINVAL access.alignment');
    expect(pieces(8 * PAGE, PAGE)).to.equal('EINVAL access.alignment');
    expect(pieces(9 * PAGE - 16, 16)).to.deep.equal([16]);
  });

  it('access whole pages: iommufd needs whole pages as long as an access that pins is attached, type1v2 always', () => {
    const space = new AddressSpace({ personality: 'iommufd' });
    const driver = made.driver();
    expect(space.alignment).to.equal(1);
    driver.access.attach(space);
    expect([space.alignment, space.pageSizes]).to.deep.equal([PAGE, 2n ** 64n - BigInt(PAGE)]);
    expect(outcome(() => space.map({ iova: 1, memory: new Uint8Array(1) }))).to.equal(
      'EINVAL dma.alignment',
    );
    driver.access.detach();
    expect(space.alignment).to.equal(1);
  });
});
