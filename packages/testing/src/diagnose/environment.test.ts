import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ValveBench } from './diagnose.test-support.js';
import { diagnosticsFromEnvironment } from './environment.js';

describe('diagnosticsFromEnvironment (own rule; docs/reference/diagnostics.md)', () => {
  it('environment none: nothing without DIAGNOSE', () => {
    for (const env of [{}, { DIAGNOSE: '' }, { DIAGNOSE: undefined }]) {
      const { interposers, lines } = diagnosticsFromEnvironment(env);
      expect([interposers, lines()]).to.deep.equal([[], []]);
    }
  });

  it('environment words: 1 is all, and words are those that they name', async () => {
    const { interposers, lines } = diagnosticsFromEnvironment({ DIAGNOSE: '1' });
    await using bench = await ValveBench.open(...interposers);
    await bench.read(0x40, 4);
    expect(lines().map((line) => line.trim().split(/ +/)[0])).to.deep.equal([
      'count',
      '1',
      'spins:',
    ]);
    expect(diagnosticsFromEnvironment({ DIAGNOSE: 'spin' }).lines()).to.deep.equal(['spins: none']);
    expect(diagnosticsFromEnvironment({ DIAGNOSE: 'spin,burndown' }).interposers).to.have.length(2);
  });

  it('environment wrong: another word is a RangeError that says which there are', () => {
    for (const word of ['spinn', 'toString', '1,spin']) {
      expect(() => diagnosticsFromEnvironment({ DIAGNOSE: word }), word).to.throw(
        RangeError,
        'burndown, spin',
      );
    }
  });
});
