import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runChild } from '../child.test-support.js';

const beside = import.meta.dirname;

describe('memory that its owner takes away (mmap(2), SIGBUS; mm/filemap.c, filemap_fault)', () => {
  it('mapped of a trusted peer that shrinks it, an access ends the process: why trust is asked for', () => {
    expect(runChild('shrink', { beside, parameters: ['trusted'] })).to.include({
      status: null,
      signal: 'SIGBUS',
    });
  });

  it('disposed before the owner shrinks it, a stale view reads zeros', () => {
    const { status, said } = runChild('shrink', { beside, parameters: ['released'] });
    expect(status).to.equal(0);
    expect(said).to.deep.equal({ first: 0, second: 0 });
  });

  it('as a file, an access beyond the new end is a fault', () => {
    const { status, said } = runChild('shrink', { beside, parameters: ['file'] });
    expect(status).to.equal(0);
    expect(said).to.deep.equal({
      size: 4096,
      first: [7],
      second: 'EFAULT linux.fault',
      written: 'EFAULT linux.fault',
    });
  });
});

describe('the addresses of disposed memory (munmap(2); own rule: no view ever dangles)', () => {
  it('are zero pages while a view is known, and free when the last one has been collected', () => {
    const { said } = runChild('collect', { beside });
    expect(said).to.deep.equal({
      before: { named: false, mapped: 2 ** 28, first: 0 },
      after: { kept: false, freed: true },
    });
  });
});
