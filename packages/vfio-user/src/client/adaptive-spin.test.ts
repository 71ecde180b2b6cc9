import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AdaptiveSpin } from './adaptive-spin.js';

describe('polling for a reply (own rule: only as long as it pays)', () => {
  it('is given up step by step when replies take longer, and tried again now and then', () => {
    const spin = new AdaptiveSpin({ maxSpins: 16 });
    const limits: number[] = [];
    for (let i = 0; i < 6; i++) {
      limits.push(spin.limit);
      spin.wasted();
    }
    expect(limits).to.deep.equal([16, 8, 4, 2, 1, 0]);
    let waits = 0;
    while (spin.limit === 0) {
      waits += 1;
    }
    expect(waits).to.be.within(16, 1024);
    for (let i = 0; i < 10; i++) {
      spin.paid();
    }
    expect(spin.limit).to.equal(16);
  });

  it('leaves the event loop its turn, also when every reply comes at once', () => {
    const spin = new AdaptiveSpin();
    let inARow = 0;
    while (spin.limit > 0) {
      spin.paid();
      inARow += 1;
    }
    expect(inARow).to.be.within(16, 1024);
    expect(spin.limit).to.be.greaterThan(0);
  });

  it('can be turned off, and takes whole numbers only', () => {
    const spin = new AdaptiveSpin({ maxSpins: 0 });
    spin.paid();
    expect(Array.from({ length: 500 }, () => spin.limit).every((limit) => limit === 0)).to.equal(
      true,
    );
    expect(() => new AdaptiveSpin({ maxSpins: -1 })).to.throw(RangeError);
    expect(() => new AdaptiveSpin({ maxSpins: 0.5 })).to.throw(RangeError);
  });
});
