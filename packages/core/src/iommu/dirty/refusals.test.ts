import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import type { Iova } from '../dma/dma.js';
import { DirtyLog } from './dirty-log.js';
import type { LogRange } from './log-ranges.js';

const PAGE = 4096;
const LAST_PAGE = 2n ** 64n - BigInt(PAGE);
const START = 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature_logging_start';
const REPORT = 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature_logging_report';
const CHECK = 'drivers/iommu/iommufd/io_pagetable.c, iommufd_check_iova_range';

function started(ranges: readonly LogRange[] | undefined, pageSize = PAGE): unknown {
  return outcome(() => new DirtyLog({ pageSize, ranges }).pageSize);
}

function range(iova: Iova, length: number | bigint): LogRange {
  return { iova, length };
}

describe(`DirtyLog refuses ranges (${START})`, () => {
  it('ranges none: an empty list', () => {
    expect(started([])).to.equal('EINVAL dirty.ranges-empty');
    expect(started(undefined)).to.equal(PAGE);
  });

  it('ranges limit: more than 256 (LOG_MAX_RANGES)', () => {
    const ranges = Array.from({ length: 257 }, (_, index) => range(index * PAGE, PAGE));
    expect(started(ranges)).to.equal('E2BIG dirty.ranges-limit');
    expect(started(ranges.slice(1))).to.equal(PAGE);
  });

  it('ranges alignment: an IOVA or a length that is no multiple of the page size', () => {
    expect(started([range(1, PAGE)])).to.equal('EINVAL dirty.alignment');
    expect(started([range(0, PAGE + 1)])).to.equal('EINVAL dirty.alignment');
    expect(started([range(LAST_PAGE + 1n, BigInt(PAGE))])).to.equal('EINVAL dirty.alignment');
    expect(started([range(PAGE, 2 * PAGE)], 2 * PAGE)).to.equal('EINVAL dirty.alignment');
    expect(started([range(2 * PAGE, 2 * PAGE)], 2 * PAGE)).to.equal(2 * PAGE);
  });

  it('ranges length: an empty range', () => {
    expect(started([range(0, 0)])).to.equal('EINVAL dirty.length');
    expect(started([range(0, -PAGE)])).to.equal('EINVAL dirty.length');
  });

  it('ranges end: one that reaches beyond 2^64; one that ends there is good', () => {
    expect(started([range(LAST_PAGE, 2 * PAGE)])).to.equal('EOVERFLOW dirty.overflow');
    expect(started([range(2n ** 64n, PAGE)])).to.equal('EOVERFLOW dirty.overflow');
    expect(started([range(-PAGE, PAGE)])).to.equal('EOVERFLOW dirty.overflow');
    expect(started([range(LAST_PAGE, PAGE)])).to.equal(PAGE);
  });

  it('ranges overlap: an overlap from either side, inside and around; neighbours are good', () => {
    const old = range(8 * PAGE, 4 * PAGE);
    for (const [first, pages] of [
      [6, 3],
      [11, 3],
      [9, 1],
      [8, 4],
      [4, 20],
    ] as const) {
      const other = range(first * PAGE, pages * PAGE);
      expect(started([old, other]), `${first}+${pages}`).to.equal('EINVAL dirty.overlap');
    }
    expect(started([old, range(12 * PAGE, PAGE), range(7 * PAGE, PAGE)])).to.equal(PAGE);
  });

  it('ranges page: pages that are no power of two of 4 KiB to 2 MiB (uapi vfio.h, dma_logging_control)', () => {
    for (const size of [0, 1, 2048, 3 * PAGE, PAGE + 0.5, 2 ** 22, -PAGE, NaN, Infinity]) {
      expect(started(undefined, size), String(size)).to.equal('EINVAL dirty.granule');
    }
    for (let size = PAGE; size <= 2 ** 21; size *= 2) {
      expect(started(undefined, size)).to.equal(size);
    }
  });
});

describe('DirtyLog refuses reports and keeps its pages', () => {
  const refused = (
    iova: Iova,
    length: number | bigint,
    pageSize: number,
    bitmap = new Uint8Array(64),
  ): unknown => {
    const log = new DirtyLog({ pageSize: PAGE });
    log.mark(0, 1);
    const answer = outcome(() => {
      log.report(iova, length, pageSize, bitmap);
    });
    expect(log.count).to.equal(1);
    expect(bitmap.every((byte) => byte === 0)).to.equal(true);
    return answer;
  };

  it(`report page: a page size below 4 KiB or no power of two (${REPORT})`, () => {
    for (const size of [0, 2048, 3 * PAGE, NaN, 2 ** 64, 2 ** 53 + 2]) {
      expect(refused(0, PAGE, size), String(size)).to.equal('EINVAL dirty.page-size');
    }
  });

  it(`report end: beyond 2^64 (${REPORT})`, () => {
    expect(refused(LAST_PAGE, 2 * PAGE, PAGE)).to.equal('EOVERFLOW dirty.overflow');
    expect(refused(PAGE, 2n ** 64n, PAGE)).to.equal('EOVERFLOW dirty.overflow');
  });

  it(`report length: no length (${CHECK})`, () => {
    expect(refused(0, 0, PAGE)).to.equal('EINVAL dirty.length');
    expect(refused(0, 0n, PAGE)).to.equal('EINVAL dirty.length');
  });

  it(`report alignment: an IOVA or a length that is no multiple of the report's page size (${CHECK})`, () => {
    expect(refused(PAGE, 2 * PAGE, 2 * PAGE)).to.equal('EINVAL dirty.alignment');
    expect(refused(0, 3 * PAGE, 2 * PAGE)).to.equal('EINVAL dirty.alignment');
    expect(refused(0, 100, PAGE)).to.equal('EINVAL dirty.alignment');
  });

  it('report bitmap: a bitmap with less than one bit per page (drivers/vfio/vfio_iommu_type1.c, verify_bitmap_size)', () => {
    expect(refused(0, 9 * PAGE, PAGE, new Uint8Array(1))).to.equal('EINVAL dirty.bitmap');
    expect(refused(0, 2n ** 64n, PAGE)).to.equal('EINVAL dirty.bitmap');
    const log = new DirtyLog({ pageSize: PAGE });
    log.report(0, 8 * PAGE, PAGE, new Uint8Array(1));
  });
});
