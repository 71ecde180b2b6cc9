import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fuzzRegisters } from './register-fuzz.test-support.js';

describe('the registers of DOE Capabilities under any access', () => {
  it('doe §1 fuzz: 20,000 accesses at any offset and width by two clients, byte by byte as the model says (PCI Express Base Specification 6.0, section 7.9.24)', async () => {
    const { accesses, asked, messages, resets, seen } = await fuzzRegisters({
      cases: 20_000,
      seed: 20261121,
    });
    expect(accesses).to.equal(20_000);
    expect(Math.min(asked, messages, resets), 'it went somewhere').to.be.greaterThan(20);
    // Idle, Busy, Error and Ready, each with Interrupt Status and without.
    expect(Object.keys(seen).sort()).to.deep.equal([
      '0',
      '1',
      '2',
      '3',
      '4',
      '6',
      '80000000',
      '80000002',
    ]);
  }).timeout(30_000);
});
