import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from './address-space.js';

const PAGES = 24;
const LIMIT = 5;

/** Page by page: the number of the map that holds it. */
class NaiveSpace {
  readonly pages: number[] = Array.from({ length: PAGES }, () => 0);
  #made = 0;

  map(first: number, count: number): string {
    if (count === 0) {
      return 'EINVAL';
    }
    if (this.pages.slice(first, first + count).some((owner) => owner !== 0)) {
      return 'EEXIST';
    }
    if (new Set(this.pages.filter((owner) => owner !== 0)).size >= LIMIT) {
      return 'ENOSPC';
    }
    this.pages.fill((this.#made += 1), first, first + count);
    return 'mapped';
  }

  unmap(first: number, count: number): string {
    if (count === 0) {
      return 'EINVAL';
    }
    const inside = this.pages.slice(first, first + count);
    const outside = [...this.pages.slice(0, first), ...this.pages.slice(first + count)];
    if (inside.some((owner) => owner !== 0 && outside.includes(owner))) {
      return 'EINVAL';
    }
    this.pages.fill(0, first, first + count);
    return String(inside.filter((owner) => owner !== 0).length * PAGE);
  }
}

const call = fc.record({
  maps: fc.boolean(),
  first: fc.nat(PAGES - 6),
  count: fc.nat(6),
});

describe('AddressSpace against one entry per page (vfio_iommu_type1.c, v2)', () => {
  for (const [where, base] of [
    ['at 0', 0n],
    ['across 2^53', 2n ** 53n - BigInt(10 * PAGE)],
    ['at the end', 2n ** 64n - BigInt(PAGES * PAGE)],
  ] as const) {
    it(`${where}: every sequence has the same answers and the same pages`, () => {
      fc.assert(
        fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
          const space = new AddressSpace(LIMIT);
          const naive = new NaiveSpace();
          const at = (page: number): bigint => base + BigInt(page * PAGE);
          for (const { maps, first, count } of calls) {
            const answer = maps
              ? outcome(() => {
                  space.map(at(first), new Uint8Array(count * PAGE), true, true);
                  return 'mapped';
                })
              : String(outcome(() => space.unmap(at(first), count * PAGE)));
            const expected = maps ? naive.map(first, count) : naive.unmap(first, count);
            expect(answer.split(' ')[0]).to.equal(expected);
            const held = naive.pages.map((_, page) => space.translate(at(page), 'read'));
            expect(held.map((found) => found !== undefined)).to.deep.equal(
              naive.pages.map((owner) => owner !== 0),
            );
          }
        }),
        { seed: 20261121, numRuns: 200 },
      );
    });
  }
});
