import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure, linuxReasons, type LinuxReason } from './errors.js';

describe('linux errors (errno(3))', () => {
  for (const reason of Object.keys(linuxReasons) as LinuxReason[]) {
    it(`${reason} carries its errno and names its source`, () => {
      const error = failure(reason, { size: 4 });
      expect(error.reason).to.equal(reason);
      expect(error.code).to.equal(linuxReasons[reason].errno);
      expect(error.message).to.contain('size=4');
      expect(linuxReasons[reason].source).to.match(/\(\d\)|mm\/|drivers\//);
    });
  }
});
