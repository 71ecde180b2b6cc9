import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fuzzSpdm } from './fuzz.test-support.js';

const CASES = 20_000;

describe('every SPDM decoder under random bytes', () => {
  it('spdm abi fuzz: random and changed messages are read or refused, and nothing else happens (own rule)', () => {
    const { taken, refused, decoders } = fuzzSpdm({ cases: CASES, seed: 20261121 });
    expect(taken + refused).to.equal(CASES);
    expect(decoders).to.equal(26 + 12);
    // Both happen often, or the cases would be too wild or too tame.
    expect(taken).to.be.above(CASES / 10);
    expect(refused).to.be.above(CASES / 4);
  });
});
