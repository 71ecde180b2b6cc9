import { expect } from 'chai';
import { describe, it } from 'mocha';
import { againstForeign, alone, type Measurement, type Outcome } from '../measure/index.js';
import { measurementOf } from '../measure/measurement.test-support.js';
import { goalText, isMet, missedText, performanceDocument, type Facts } from './index.js';

const facts: Facts = {
  cpu: 'A processor',
  cores: 2,
  memory: 8 * 2 ** 30,
  versions: [
    ['mdevkit', '0.1.0'],
    ['Node.js', '20.0.0'],
  ],
  date: '2026-11-21',
};

const outcome = (...results: Measurement[]): Outcome => ({
  benchmark: {
    name: 'any',
    measures: results.map(({ name, baseline }) =>
      baseline === null ? alone(name) : againstForeign(name, 'a bare loop'),
    ),
    run: () => Promise.resolve(results),
  },
  results,
});

describe('goals of measures (own rule)', () => {
  it('bound a median or a ratio, from above or from below, and the bound itself is met', () => {
    const measured = measurementOf('m', { median: 100, baseline: 50, ratio: 2 });
    expect(isMet({ of: 'median', bound: 'at most', value: 100 }, measured)).to.equal(true);
    expect(isMet({ of: 'median', bound: 'at most', value: 99 }, measured)).to.equal(false);
    expect(isMet({ of: 'median', bound: 'at least', value: 101 }, measured)).to.equal(false);
    expect(isMet({ of: 'ratio', bound: 'at least', value: 2 }, measured)).to.equal(true);
    expect(isMet({ of: 'ratio', bound: 'at most', value: 1.9 }, measured)).to.equal(false);
    const alone = measurementOf('m');
    expect(isMet({ of: 'ratio', bound: 'at most', value: 9 }, alone)).to.equal(false);
  });

  it('are told in the unit of the measure', () => {
    const text = goalText({ of: 'median', bound: 'at most', value: 15_000 }, measurementOf('m'));
    expect(text).to.equal('≤ 15.0 µs');
    expect(goalText({ of: 'ratio', bound: 'at least', value: 0.9 }, measurementOf('m'))).to.equal(
      'ratio ≥ 0.9',
    );
  });
});

describe('docs/performance.md (own rule)', () => {
  const read = measurementOf('core.region.read4', { median: 40, baseline: 1, ratio: 40 });
  const slow = measurementOf('core.irq.trigger', { median: 250 });
  const text = performanceDocument([outcome(read, slow, measurementOf('own.detail'))], facts);

  it('says with what, on what and when it was measured', () => {
    for (const part of ['A processor, 2 cores', '8.0 GiB', '20.0.0', '0.1.0', '2026-11-21']) {
      expect(text).to.include(part);
    }
  });

  it('has the key measures with their goals, and those that are missed', () => {
    expect(text).to.match(/`core.region.read4` *\|.*\| 40.0 ns *\|.*\| ≤ 100.0 ns *\| met/);
    expect(text).to.match(/`core.irq.trigger` *\|.*\| ≤ 200.0 ns *\| \*\*missed\*\*/);
    expect(text).to.include('Missed in this run: `core.irq.trigger`.');
    expect(missedText([read])).to.equal('All goals were met in this run.');
  });

  it('has every measure once in the table of all', () => {
    const [, all = ''] = text.split('## All measures');
    for (const name of ['core.region.read4', 'core.irq.trigger', 'own.detail']) {
      expect(all.split(`\`${name}\``).length - 1, name).to.equal(1);
    }
  });

  it('says what could not be measured, and why', () => {
    const benchmark = {
      name: 'g',
      measures: ['g.a', 'g.b'].map(alone),
      run: () => Promise.resolve([]),
    };
    const leftOut = { benchmark, results: [], leftOut: 'there is no guest' };
    expect(performanceDocument([outcome(read), leftOut], facts)).to.include(
      'Not measured: `g.a`, `g.b` (there is no guest).',
    );
    expect(text).not.to.include('Not measured');
  });

  it('says of each measure what its baseline is', () => {
    const [, all = ''] = text.split('## All measures');
    expect(all).to.match(/^\| measure .*\| against +\| ratio +\|$/m);
    expect(all).to.match(/`core.region.read4` .*\| 1.00 ns +\| a bare loop +\| 40.00/);
    expect(all).to.match(/`core.irq.trigger` .*\| - +\| - +\| - /);
  });

  it('says what median and p99 are without a number of calls, which no two measures share', () => {
    const [said = ''] = text.split('## Goals');
    expect(said).to.match(/a call, or a batch of calls where one takes only nanoseconds/);
    expect(said).to.match(/the slow one of rates/);
    expect(said).not.to.match(/thousand/);
  });
});
