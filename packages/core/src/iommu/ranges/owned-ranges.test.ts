import { expect } from 'chai';
import { describe, it } from 'mocha';
import { OwnedRanges } from './owned-ranges.js';

describe('OwnedRanges (drivers/iommu/iommufd/io_pagetable.c)', () => {
  it('reserved owner: keeps what one owner reserves when another goes (iopt_remove_reserved_iova)', () => {
    const owned = new OwnedRanges();
    const [first, second] = [{}, {}];
    owned.add(first, [{ start: 0, last: 9 }]);
    owned.add(second, [{ start: 5, last: 14 }]);
    expect([...owned.union()]).to.deep.equal([{ start: 0, last: 14 }]);
    owned.remove(first);
    expect([...owned.union()]).to.deep.equal([{ start: 5, last: 14 }]);
    expect(owned.overlaps(0, 4)).to.be.false;
    expect(owned.overlaps(0, 5)).to.be.true;
    owned.remove(second);
    owned.remove(second);
    expect([...owned.union()]).to.deep.equal([]);
    expect(owned.overlaps(0, 100)).to.be.false;
  });

  it('adds to what an owner has, and removes all of it (iopt_reserve_iova)', () => {
    const owned = new OwnedRanges();
    const owner = {};
    owned.add(owner, [{ start: 0, last: 9 }]);
    owned.add(owner, [{ start: 20, last: 29 }]);
    owned.add(owner, []);
    expect([...owned.union()]).to.deep.equal([
      { start: 0, last: 9 },
      { start: 20, last: 29 },
    ]);
    owned.remove(owner);
    expect(owned.union().size).to.equal(0);
  });

  it('adds nothing of a list with something that is no range', () => {
    const owned = new OwnedRanges();
    expect(() => {
      owned.add({}, [
        { start: 0, last: 9 },
        { start: 9, last: 0 },
      ]);
    }).to.throw(RangeError);
    expect(owned.overlaps(0, 9)).to.be.false;
  });

  it('gives a union of its own', () => {
    const owned = new OwnedRanges();
    owned.add({}, [{ start: 0, last: 9 }]);
    owned.union().add(100, 200);
    expect(owned.overlaps(100, 200)).to.be.false;
  });
});
