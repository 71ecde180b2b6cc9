import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure, pciReasons, type PciReason } from './errors.js';

describe('pci errors', () => {
  for (const reason of Object.keys(pciReasons) as PciReason[]) {
    it(`${reason} carries its errno and names its source`, () => {
      const error = failure(reason, { length: 4 });
      expect(error.reason).to.equal(reason);
      expect(error.code).to.equal(pciReasons[reason].errno);
      expect(error.message).to.contain('length=4');
      expect(pciReasons[reason].source).to.match(/PCI Express Base Specification|drivers\//);
    });
  }
});
