import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fuzzFunction } from './function-fuzz.test-support.js';

const CASES = 20_000;

describe('a function with DOE Capabilities, whatever its users do', () => {
  it('doe together fuzz: registers, grants, children, resets and the end at any time: no access throws, everybody is answered once, discovery always, and nothing stays (PCI Express Base Specification 6.0, section 6.30.2)', async () => {
    const { cases, counts, ...reached } = await fuzzFunction({ cases: CASES, seed: 20261121 });
    expect(cases).to.equal(CASES);
    expect(Object.values(reached).every((count) => count >= 10)).to.equal(true);
    // It gets beyond the first checks: every answer of a connection, and everything that others do.
    for (const code of ['04', '61', '63', '01', '02', '03', '60', '64', '7f']) {
      expect([...counts.keys()]).to.include(`spdm ${code.replace(/^0/, '')}`);
    }
    for (const what of [
      'granted',
      'revoked',
      'removed',
      'reset',
      'child response',
      'child error',
      'grant response',
      'grant error',
    ]) {
      expect(counts.get(what), what).to.be.greaterThan(0);
    }
  }).timeout(30_000);
});
