import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  PCI_EXT_CAP_ID_DOE,
  pciExtCapHeader,
  pciVendorHeader,
  readPciExtCapHeader,
  readPciVendorHeader,
} from './index.js';

const RUNS = { seed: 1, numRuns: 500 };

describe('the words that begin an extended capability', () => {
  it('have their fields where the specification puts them', () => {
    expect(pciExtCapHeader({ id: PCI_EXT_CAP_ID_DOE, version: 2, next: 0xff8 })).to.equal(
      0xff82002e,
    );
    expect(readPciExtCapHeader(0xff82002e)).to.deep.equal({ id: 0x2e, version: 2, next: 0xff8 });
    expect(pciVendorHeader({ id: 0x1e98, revision: 1, length: 0x3c })).to.equal(0x03c11e98);
  });

  it('are the same after building and reading', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), (word) => {
        expect(pciVendorHeader(readPciVendorHeader(word))).to.equal(word);
        // The two lowest bits of the offset are reserved.
        expect(pciExtCapHeader(readPciExtCapHeader(word))).to.equal((word & 0xffcfffff) >>> 0);
      }),
      RUNS,
    );
  });
});
