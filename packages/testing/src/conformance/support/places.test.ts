import { expect } from 'chai';
import { describe, it } from 'mocha';
import { places } from './places.js';

describe('the places of a region that are looked at (own rule)', () => {
  it('are all of a small region, aligned, without what is left over', () => {
    expect(places({ size: 11 }, 4)).to.deep.equal([0, 4]);
    expect(places({ size: 3 }, 4)).to.deep.equal([]);
  });

  it('are a sample of a large one, with its start and its end, in order and within it', () => {
    const found = places({ size: 0x10_0000 }, 8);
    expect(found.slice(0, 96)).to.deep.equal(Array.from({ length: 96 }, (_, i) => i * 8));
    expect(found.at(-1)).to.equal(0x10_0000 - 8);
    expect(found.length).to.be.within(2 * 96, 2 * 96 + 64);
    expect([...found].sort((a, b) => a - b)).to.deep.equal(found);
    expect(found.filter((place) => place % 8 !== 0)).to.deep.equal([]);
  });
});
