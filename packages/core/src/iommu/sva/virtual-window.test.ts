import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { ProcessAddressSpace } from './process-address-space.js';
import { VirtualWindow } from './virtual-window.js';

const START = 0x7f00_0000_0000;

/** A process with `pages` pages of virtual addresses from 16 pages up. */
function small(pages: number): ProcessAddressSpace {
  return new ProcessAddressSpace({ range: { start: 16 * PAGE, size: pages * PAGE } });
}

describe('buffers of a process: virtual addresses (mm/mmap.c, get_unmapped_area; own rule: guard pages)', () => {
  it('sva guard: each buffer starts at a page of its own, with a page that nobody has after it', () => {
    const space = new ProcessAddressSpace();
    const sizes = [1, 100, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE];
    const starts = sizes.map((size) => (space.register(new Uint8Array(size)) - START) / PAGE);
    expect(starts).to.deep.equal([0, 2, 4, 6, 8, 11]);
    expect(space.bufferCount).to.equal(6);
  });

  it('sva stale: stale addresses are not used again before the end of the range was reached', () => {
    const space = small(8);
    const pages = Array.from({ length: 6 }, () => {
      const va = space.register(new Uint8Array(1));
      space.unregister(va);
      return va / PAGE - 16;
    });
    expect(pages).to.deep.equal([0, 2, 4, 6, 0, 2]);
  });

  it('sva no place: ENOMEM where no place is left; the gaps between buffers are used', () => {
    const space = small(8);
    const vas = Array.from({ length: 4 }, () => space.register(new Uint8Array(PAGE)));
    const buffer = new Uint8Array(3 * PAGE);
    expect(outcome(() => space.register(new Uint8Array(1)))).to.equal('ENOMEM sva.no-space');
    space.unregister(vas[1] ?? 0);
    expect(outcome(() => space.register(buffer))).to.equal('ENOMEM sva.no-space');
    space.unregister(vas[2] ?? 0);
    expect(space.register(buffer) / PAGE - 16).to.equal(2);
    expect(space.bufferCount).to.equal(3);
  });

  it('sva reserved: avoids what the platform reserves, also between buffers', () => {
    const space = small(8);
    space.constrain(
      {},
      {
        reserved: [
          { start: 0, last: 17 * PAGE },
          { start: 20 * PAGE, last: 20 * PAGE },
        ],
      },
    );
    const place = (size: number): unknown => outcome(() => space.register(new Uint8Array(size)));
    expect([place(2 * PAGE), place(2 * PAGE), place(2 * PAGE + 1)]).to.deep.equal([
      18 * PAGE,
      21 * PAGE,
      'ENOMEM sva.no-space',
    ]);
  });

  for (const [start, size] of [
    [0, PAGE],
    [PAGE, 0],
    [PAGE + 1, PAGE],
    [PAGE, 100],
    [-PAGE, 2 * PAGE],
    [2 ** 53 - PAGE, PAGE * 2],
    [NaN, PAGE],
  ] as const) {
    it(`sva window: ${start}, ${size} bytes is no range of virtual addresses: RangeError`, () => {
      expect(() => new ProcessAddressSpace({ range: { start, size } })).to.throw(RangeError);
    });
  }

  it('no two buffers are nearer than a page, whatever comes and goes (property)', () => {
    const step = fc.record({
      size: fc.integer({ min: 1, max: 3 * PAGE }),
      free: fc.option(fc.nat()),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const window = new VirtualWindow({ start: PAGE, size: 24 * PAGE });
        const usable = [{ start: 0, last: 2 ** 53 - 1 }];
        let taken: { start: number; size: number }[] = [];
        for (const { size, free } of steps) {
          const gone = free === null ? undefined : taken[free % Math.max(taken.length, 1)];
          if (gone !== undefined) {
            window.remove(gone);
            taken = taken.filter((placed) => placed !== gone);
          }
          const pages = pageMap(taken);
          const start = window.find(size, usable);
          const fits = anyPlace(pages, size);
          expect(start !== undefined, 'a place is found if there is one').to.equal(fits);
          if (start !== undefined) {
            expect(isFree(pages, start / PAGE, size)).to.equal(true);
            taken.push({ start, size });
            window.add({ start, size });
          }
        }
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});

/** Which of the pages 1 .. 24 are taken, guard pages included. */
function pageMap(taken: readonly { start: number; size: number }[]): boolean[] {
  const pages = new Array<boolean>(40).fill(false);
  for (const { start, size } of taken) {
    const count = Math.ceil(size / PAGE);
    pages.fill(true, start / PAGE, start / PAGE + count + 1);
  }
  return pages;
}

function isFree(pages: readonly boolean[], page: number, size: number): boolean {
  const count = Math.ceil(size / PAGE);
  // Its own guard page may be the first page of nobody else, but may lie beyond the range.
  const isClear = !pages.slice(page, page + count + 1).includes(true);
  return isClear && page >= 1 && page * PAGE + size <= 25 * PAGE;
}

function anyPlace(pages: readonly boolean[], size: number): boolean {
  return pages.some((_, page) => isFree(pages, page, size));
}
