import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LAST_IOVA } from '../iova.js';
import { RangeSet } from './range-set.js';

const PAGE = 4096;

describe('RangeSet', () => {
  it('of nothing leaves the whole space (iommufd.c selftest iova_ranges: 0 .. SIZE_MAX)', () => {
    const empty = new RangeSet();
    expect([...empty]).to.deep.equal([]);
    expect([...empty.complement()]).to.deep.equal([{ start: 0, last: LAST_IOVA }]);
    expect([...empty.complement().complement()]).to.deep.equal([]);
  });

  it('with one page reserved leaves two ranges (iommufd.c selftest iova_ranges)', () => {
    const reserved = new RangeSet([{ start: PAGE, last: 2 * PAGE - 1 }]);
    expect([...reserved.complement()]).to.deep.equal([
      { start: 0, last: PAGE - 1 },
      { start: 2 * PAGE, last: LAST_IOVA },
    ]);
  });

  it('merges ranges that touch, also at 2^53 and up to the end of the space', () => {
    const set = new RangeSet();
    set.add(2n ** 53n, LAST_IOVA);
    set.add(0, 9);
    set.add(10, 19);
    expect([...set]).to.deep.equal([
      { start: 0, last: 19 },
      { start: 2n ** 53n, last: LAST_IOVA },
    ]);
    set.add(20, Number.MAX_SAFE_INTEGER);
    expect([...set]).to.deep.equal([{ start: 0, last: LAST_IOVA }]);
    expect(set.size).to.equal(1);
    expect([...set.complement()]).to.deep.equal([]);
  });

  it('holds an address as a number where that is exact', () => {
    const set = new RangeSet([{ start: 5n, last: 7n }]);
    expect([...set]).to.deep.equal([{ start: 5, last: 7 }]);
    expect([...set.complement().intersect(new RangeSet([{ start: 0n, last: 6n }]))]).to.deep.equal([
      { start: 0, last: 4 },
    ]);
  });

  it('contains a range only when one of its own holds both ends', () => {
    const set = new RangeSet([
      { start: 10, last: 19 },
      { start: 21, last: 30 },
    ]);
    expect(set.contains(10, 19)).to.be.true;
    expect(set.contains(10n, 20n)).to.be.false;
    expect(set.contains(10, 30)).to.be.false;
    expect(set.overlaps(20, 20)).to.be.false;
    expect(set.overlaps(0, 10)).to.be.true;
    expect(set.overlaps(30, LAST_IOVA)).to.be.true;
  });

  it('intersects reserved and allowed ranges, and changes neither', () => {
    const usable = new RangeSet([{ start: 100, last: 199 }]).complement();
    const allowed = new RangeSet([
      { start: 50, last: 149 },
      { start: 190, last: 250 },
    ]);
    expect([...usable.intersect(allowed)]).to.deep.equal([
      { start: 50, last: 99 },
      { start: 200, last: 250 },
    ]);
    expect([...allowed.intersect(usable)]).to.deep.equal([...usable.intersect(allowed)]);
    expect([usable.size, allowed.size]).to.deep.equal([2, 2]);
  });

  it('refuses what is not a range of IOVAs, and keeps what it has', () => {
    const set = new RangeSet([{ start: 1, last: 2 }]);
    for (const [start, last] of [
      [2, 1],
      [-1, 5],
      [0.5, 5],
      [0, 2 ** 53],
      [0, LAST_IOVA + 1n],
      [NaN, 5],
    ] as const) {
      expect(() => {
        set.add(start, last);
      }).to.throw(RangeError);
    }
    expect([...set]).to.deep.equal([{ start: 1, last: 2 }]);
  });
});
