import { expect } from 'chai';
import { describe, it } from 'mocha';
import { measurementOf } from '../measure/measurement.test-support.js';
import { readable, readableRatio, table } from './index.js';

describe('the table of measures (own rule)', () => {
  it('has values in units that one can read', () => {
    expect(readable(2.94, 'ns')).to.equal('2.94 ns');
    expect(readable(999, 'ns')).to.equal('999.0 ns');
    expect(readable(1044, 'ns')).to.equal('1.04 µs');
    expect(readable(8_337_636, 'ns')).to.equal('8.34 ms');
    expect(readable(189, 'B')).to.equal('189.0 B');
    expect(readable(32 * 1024, 'B')).to.equal('32.0 KiB');
    expect(readable(11_150, '/s')).to.equal('11.2 k/s');
    expect(readable(4.5e6, '/s')).to.equal('4.50 M/s');
    expect(readable(48e9, '/s')).to.equal('48.0 G/s');
    expect(readable(0.5, 'ns')).to.equal('0.50 ns');
    expect(readableRatio({ ratio: 0.0028 })).to.equal('0.0028');
    expect(readableRatio({ ratio: 1.066 })).to.equal('1.07');
  });

  it('has columns, and a dash where there is no baseline', () => {
    const rows = table([
      measurementOf('a', { baseline: 50, ratio: 2 }),
      measurementOf('longer'),
    ]).split('\n');
    expect(rows).to.deep.equal([
      'name      median       p99  n  baseline  ratio',
      'a       100.0 ns  110.0 ns  7   50.0 ns   2.00',
      'longer  100.0 ns  110.0 ns  7         -      -',
    ]);
  });
});
