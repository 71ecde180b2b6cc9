import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import type { Iova } from '../dma/dma.js';
import { DirtyLog, type ReportOptions } from './dirty-log.js';

const PAGE = 4096;
const MIB = 2 ** 20;
const SPACE = 2n ** 64n;

/** The report as the numbers of the set bits. */
function bits(
  log: DirtyLog,
  iova: Iova,
  length: number,
  pageSize = PAGE,
  options?: ReportOptions,
): number[] {
  const bitmap = new Uint8Array(Math.ceil(length / pageSize / 8));
  log.report(iova, length, pageSize, bitmap, options);
  return Array.from({ length: bitmap.length * 8 }, (_, bit) => bit).filter(
    (bit) => (((bitmap[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) === 1,
  );
}

describe('DirtyLog.mark', () => {
  it('dirty page: dirties each page that has a written byte (drivers/vfio/iova_bitmap.c, iova_bitmap_set)', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    log.mark(2 * PAGE - 1, 2);
    log.mark(5 * PAGE, PAGE);
    expect(bits(log, 0, 8 * PAGE)).to.deep.equal([1, 2, 5]);
  });

  it('dirty outside: ignores a write of no bytes and writes outside the ranges (uapi vfio.h, DMA logging: only ranges are tracked)', () => {
    const log = new DirtyLog({
      pageSize: PAGE,
      ranges: [
        { iova: 8 * PAGE, length: 2 * PAGE },
        { iova: 2 * PAGE, length: 2 * PAGE },
      ],
    });
    log.mark(2 * PAGE, 0);
    log.mark(0, 2 * PAGE);
    log.mark(4 * PAGE, 4 * PAGE);
    log.mark(10 * PAGE, PAGE);
    expect(log.count).to.equal(0);
    log.mark(3 * PAGE, 6 * PAGE);
    expect(bits(log, 0, 16 * PAGE)).to.deep.equal([3, 8]);
  });

  it('dirty again: logs a page again after each way of clearing it (iommufd selftest, get_dirty_bitmap)', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    const again = (): number => {
      log.mark(PAGE, 8);
      log.mark(PAGE, 8);
      return log.count;
    };
    expect(again()).to.equal(1);
    expect(bits(log, 0, 4 * PAGE)).to.deep.equal([1]);
    expect([log.count, again()]).to.deep.equal([0, 1]);
    log.clear(0, 4 * PAGE);
    expect([log.count, again()]).to.deep.equal([0, 1]);
    log.mark(2 * PAGE - 1, 2);
    expect(log.count).to.equal(2);
  });

  it('dirty exact: is exact where iova + length is not (2^53) and at the last byte of the space', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    log.mark(2 ** 53 - PAGE, PAGE + 1);
    expect(bits(log, 2 ** 53 - PAGE, 4 * PAGE)).to.deep.equal([0, 1]);
    log.mark(2n ** 53n + 2n * BigInt(PAGE) - 1n, 1);
    expect(bits(log, 2n ** 53n, 4 * PAGE)).to.deep.equal([1]);
    log.mark(SPACE - 1n, 1);
    expect(bits(log, SPACE - BigInt(2 * PAGE), 2 * PAGE)).to.deep.equal([1]);
  });
});

describe('DirtyLog.report', () => {
  it('dirty bit: counts bits from iova, not from 0 (drivers/vfio/iova_bitmap.c, iova_bitmap_set)', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    log.mark(67 * PAGE, 1);
    expect(bits(log, 67 * PAGE, PAGE, PAGE, { clear: false })).to.deep.equal([0]);
    expect(bits(log, 65 * PAGE, 8 * PAGE)).to.deep.equal([2]);
  });

  it('dirty or: only sets bits and leaves the rest of the bitmap alone (uapi vfio.h, DMA_LOGGING_REPORT)', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    log.mark(PAGE, 1);
    const bitmap = Uint8Array.of(0x81, 0xa5);
    log.report(0, 8 * PAGE, PAGE, bitmap);
    expect([...bitmap]).to.deep.equal([0x83, 0xa5]);
  });

  it('dirty clear: clears what it reported and nothing else (iommufd selftest, get_dirty_bitmap)', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    log.mark(0, 4 * PAGE);
    expect(bits(log, PAGE, 2 * PAGE)).to.deep.equal([0, 1]);
    expect(bits(log, 0, 4 * PAGE)).to.deep.equal([0, 3]);
    expect(log.count).to.equal(0);
  });

  it('dirty no clear: keeps the bits with clear: false (iommufd selftest, get_dirty_bitmap_no_clear)', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    log.mark(PAGE, 1);
    expect(bits(log, 0, 4 * PAGE, PAGE, { clear: false })).to.deep.equal([1]);
    expect(bits(log, 0, 4 * PAGE, PAGE, { clear: true })).to.deep.equal([1]);
    expect(bits(log, 0, 4 * PAGE)).to.deep.equal([]);
  });

  it('dirty report page: sets all bits of a larger page of the log, and one bit for smaller ones (uapi vfio.h, DMA_LOGGING_REPORT: any page size)', () => {
    const coarse = new DirtyLog({ pageSize: 4 * PAGE });
    coarse.mark(5 * PAGE, 1);
    expect(bits(coarse, 0, 12 * PAGE)).to.deep.equal([4, 5, 6, 7]);
    const fine = new DirtyLog({ pageSize: PAGE });
    fine.mark(5 * PAGE, PAGE + 1);
    expect(bits(fine, 0, 16 * PAGE, 4 * PAGE)).to.deep.equal([1]);
  });

  it('dirty part: loses no page of which it covers a part (uapi vfio.h: a dirty page is reported once or more)', () => {
    const log = new DirtyLog({ pageSize: 4 * PAGE });
    log.mark(7 * PAGE, 1);
    expect(bits(log, 0, 6 * PAGE)).to.deep.equal([4, 5]);
    expect(bits(log, 6 * PAGE, 4 * PAGE)).to.deep.equal([0, 1]);
    expect(bits(log, 4 * PAGE, 4 * PAGE)).to.deep.equal([0, 1, 2, 3]);
    expect(log.count).to.equal(0);
  });

  it('dirty beyond: reports a range beyond what is logged, up to all of the space (uapi vfio.h, DMA_LOGGING_REPORT)', () => {
    const log = new DirtyLog({ pageSize: PAGE, ranges: [{ iova: MIB, length: MIB }] });
    log.mark(MIB, 1);
    expect(bits(log, 0, 4 * MIB, MIB, { clear: false })).to.deep.equal([1]);
    const bitmap = new Uint8Array(1);
    log.report(0, SPACE, 2 ** 63, bitmap);
    expect(bitmap[0]).to.equal(1);
    expect(log.count).to.equal(0);
  });
});

describe('DirtyLog.clear', () => {
  it('dirty forget: forgets pages that lie in the range as a whole (uapi iommufd.h, SET_DIRTY_TRACKING starts clean)', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    log.mark(0, 4 * PAGE);
    log.clear(1, 3 * PAGE - 1);
    expect(bits(log, 0, 4 * PAGE, PAGE, { clear: false })).to.deep.equal([0, 3]);
    log.clear(0, SPACE);
    expect(log.count).to.equal(0);
  });

  it('refuses an empty range and one beyond the space', () => {
    const log = new DirtyLog({ pageSize: PAGE });
    expect(
      outcome(() => {
        log.clear(0, 0);
      }),
    ).to.equal('EINVAL dirty.length');
    expect(
      outcome(() => {
        log.clear(1, SPACE);
      }),
    ).to.equal('EOVERFLOW dirty.overflow');
  });
});
