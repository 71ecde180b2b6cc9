import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Measurement } from '../measure/index.js';
import { measurementOf } from '../measure/measurement.test-support.js';
import { compareOne, compareRuns, comparisonTable, parseRun, spreadOf } from './index.js';

const verdictOf = (before: Partial<Measurement>, now: Partial<Measurement>): string =>
  compareOne(measurementOf('m', before), measurementOf('m', now)).verdict;

describe('what changed between two runs (own rule)', () => {
  it('only what is beyond the larger of both spreads has changed', () => {
    expect(verdictOf({ p99: 110 }, { median: 109, p99: 112 })).to.equal('same');
    expect(verdictOf({ p99: 110 }, { median: 111, p99: 112 })).to.equal('worse');
    expect(verdictOf({ p99: 110 }, { median: 89, p99: 90 })).to.equal('better');
    expect(verdictOf({ p99: 101 }, { median: 120, p99: 150 })).to.equal('same');
  });

  it('more is better of rates, and worse of times and memory', () => {
    expect(verdictOf({ unit: '/s', p99: 95 }, { unit: '/s', median: 120, p99: 119 })).to.equal(
      'better',
    );
    expect(verdictOf({ unit: 'B', p99: 101 }, { unit: 'B', median: 120, p99: 121 })).to.equal(
      'worse',
    );
  });

  it('a spread is 3 % at the least and a half at the most', () => {
    expect(spreadOf(measurementOf('m', { p99: 100 }))).to.equal(0.03);
    expect(spreadOf(measurementOf('m', { p99: 120 }))).to.be.closeTo(0.2, 1e-9);
    expect(spreadOf(measurementOf('m', { p99: 9000 }))).to.equal(0.5);
    expect(verdictOf({ p99: 9000 }, { median: 160, p99: 9000 })).to.equal('worse');
  });

  it('a machine that was slower slows the baseline, too: nothing has changed', () => {
    const before = { p99: 102, baseline: 50, ratio: 2 };
    expect(verdictOf(before, { median: 150, p99: 152, baseline: 75, ratio: 2 })).to.equal('same');
    expect(verdictOf(before, { median: 150, p99: 152, baseline: 50, ratio: 3 })).to.equal('worse');
    expect(verdictOf(before, { median: 100, p99: 102, baseline: 100, ratio: 1 })).to.equal('same');
  });

  it('a baseline below a tenth of the time tells nothing', () => {
    const before = { p99: 102, baseline: 1, ratio: 100 };
    expect(verdictOf(before, { median: 150, p99: 152, baseline: 2, ratio: 75 })).to.equal('worse');
  });

  it('lists what is new, what is gone, and what has another unit now', () => {
    const before = [measurementOf('kept'), measurementOf('old'), measurementOf('other')];
    const now = [
      measurementOf('kept'),
      measurementOf('fresh'),
      measurementOf('other', { unit: 'B' }),
    ];
    expect(compareRuns(before, now).map(({ name, verdict }) => `${name} ${verdict}`)).to.deep.equal(
      ['kept same', 'fresh new', 'other new', 'old gone'],
    );
  });

  it('a run of a part lacks only what belongs to that part', () => {
    const before = [measurementOf('core.a'), measurementOf('core.b'), measurementOf('event.a')];
    const compared = compareRuns(before, [measurementOf('core.a')], 'core');
    expect(compared.map(({ name, verdict }) => `${name} ${verdict}`)).to.deep.equal([
      'core.a same',
      'core.b gone',
    ]);
  });

  it('prints name, before, now, change, noise and verdict', () => {
    const compared = compareRuns(
      [measurementOf('m')],
      [measurementOf('m', { median: 150, p99: 150 })],
    );
    expect(comparisonTable(compared).split('\n')).to.deep.equal([
      'name    before       now   change  noise  verdict',
      'm     100.0 ns  150.0 ns  +50.0 %  ±10 %    worse',
    ]);
    expect(comparisonTable(compareRuns([], [measurementOf('m')]))).to.match(
      /m +- +100.0 ns +- +- +new/,
    );
  });
});

describe('a former run as --json printed it (own rule)', () => {
  it('comes back as it was', () => {
    const run = [measurementOf('a'), measurementOf('b', { unit: '/s', baseline: 1, ratio: 2 })];
    expect(parseRun(JSON.stringify(run))).to.deep.equal(run);
  });

  it('is refused when it is something else', () => {
    expect(() => parseRun('{}')).to.throw('it is not an array of measurements');
    expect(() => parseRun('no')).to.throw(SyntaxError);
    const whole: Record<string, unknown> = { ...measurementOf('a') };
    for (const field of Object.keys(whole)) {
      const broken = { ...whole, [field]: {} };
      expect(() => parseRun(JSON.stringify([whole, broken])), field).to.throw('its entry 1 is not');
    }
    expect(() => parseRun('[null]')).to.throw('its entry 0 is not');
  });
});
