import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Patience } from './patience.js';

describe('Patience (own rule: polling only where it pays)', () => {
  it('grows when it pays, and ends when it does not', () => {
    const patience = new Patience({ maxSpins: 16 });
    expect(patience.limit).to.equal(16);
    for (const left of [8, 4, 2, 1, 0, 0]) {
      patience.wasted();
      expect(patience.limit).to.equal(left);
    }
    for (const more of [1, 3, 7, 15, 16]) {
      patience.paid();
      expect(patience.limit).to.equal(more);
    }
  });

  it('tries again now and then after it gave up', () => {
    const patience = new Patience({ maxSpins: 1 });
    patience.wasted();
    const limits = Array.from({ length: 128 }, () => patience.limit);
    expect(limits.filter((limit) => limit === 1).length).to.equal(2);
  });

  it('lets the event loop have its turn, however well it pays', () => {
    const patience = new Patience({ maxSpins: 4 });
    const limits = Array.from({ length: 300 }, () => {
      const { limit } = patience;
      patience.paid();
      return limit;
    });
    expect(limits.filter((limit) => limit === 0).length).to.equal(1);
  });

  it('never spins without spins', () => {
    const patience = new Patience({ maxSpins: 0 });
    patience.paid();
    expect(
      Array.from({ length: 200 }, () => patience.limit).every((limit) => limit === 0),
    ).to.equal(true);
    expect(() => new Patience({ maxSpins: 1.5 })).to.throw(RangeError);
  });
});
