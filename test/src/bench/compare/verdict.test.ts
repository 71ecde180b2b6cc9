import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Measurement } from '../measure/index.js';
import { measurementOf } from '../measure/measurement.test-support.js';
import { compareOne, noiseOf, unrestOf, type Context } from './index.js';

/** The tail of single batches, ten times the median: half of all measures have one like it. */
const LONG_TAIL = 1000;
const ALONE: Context = { against: undefined, guards: undefined };
const FOREIGN: Context = { ...ALONE, against: { what: 'a bare loop', isOwn: false } };
const OWN: Context = { ...ALONE, against: { what: 'without it', isOwn: true } };
const guard = (before: number, now: number): Context['guards'] => [
  measurementOf('machine.loop', { median: before, p99: before }),
  measurementOf('machine.loop', { median: now, p99: now }),
];

function verdictOf(
  before: Partial<Measurement>,
  now: Partial<Measurement>,
  context = ALONE,
): string {
  return compareOne(measurementOf('m', before), measurementOf('m', now), context).verdict;
}

const withBaseline = (median: number, baseline: number): Partial<Measurement> => ({
  median,
  baseline,
  ratio: median / baseline,
  p99: median * 2,
});

describe('what may be noise (own rule)', () => {
  it('is 5 % at the least, and 20 % at the most of five runs or more, whatever the tail is', () => {
    const percent = (p99: number, n: number): number =>
      Math.expm1(noiseOf([measurementOf('m', { p99, n }), measurementOf('m', { p99, n })])) * 100;
    expect(percent(100, 7)).to.be.closeTo(5, 1e-6);
    expect(percent(LONG_TAIL, 5)).to.be.closeTo(20, 1e-6);
    expect(percent(LONG_TAIL, 4)).to.be.closeTo(50, 1e-6);
    expect(percent(130, 7)).to.be.within(10, 20);
    expect(percent(130, 201)).to.be.closeTo(5, 1e-6);
  });

  it('grows with the tail, shrinks with the runs, and is that of both sides', () => {
    const of = (p99: number, n: number): Measurement => measurementOf('m', { p99, n });
    const base = noiseOf([of(120, 7), of(120, 7)]);
    expect(noiseOf([of(135, 7), of(120, 7)])).to.be.above(base);
    expect(noiseOf([of(120, 7), of(135, 7)])).to.be.above(base);
    expect(noiseOf([of(120, 14), of(120, 14)])).to.be.below(base);
  });

  it('a tail of nothing or of infinity is as much as there can be', () => {
    for (const p99 of [0, Infinity, Number.NaN]) {
      expect(noiseOf([measurementOf('m', { p99 })])).to.be.closeTo(Math.log(1.2), 1e-9);
    }
  });
});

describe('the verdict on a measure (own rule)', () => {
  it('half again as much is worse, however long the tail', () => {
    expect(verdictOf({ p99: LONG_TAIL }, { median: 149, p99: LONG_TAIL })).to.equal('worse');
    expect(verdictOf({ p99: LONG_TAIL }, { median: 119, p99: LONG_TAIL })).to.equal('same');
  });

  it('is symmetric: twice as fast is better as twice as slow is worse', () => {
    for (const unit of ['ns', 'B'] as const) {
      expect(verdictOf({ unit }, { unit, median: 200, p99: 220 })).to.equal('worse');
      expect(verdictOf({ unit, median: 200, p99: 220 }, { unit })).to.equal('better');
    }
    for (const factor of [1.04, 1.1, 1.19, 1.21, 1.5, 5]) {
      const other = { median: 100 * factor, p99: LONG_TAIL };
      const [there, back] = [verdictOf({}, other), verdictOf(other, {})];
      expect([there, back], `${factor}`).to.be.deep.oneOf([
        ['same', 'same'],
        ['worse', 'better'],
      ]);
    }
  });

  it('of a rate: half is worse, twice is better', () => {
    const rate = { unit: '/s', p99: 90 } as const;
    expect(verdictOf(rate, { ...rate, median: 50, p99: 45 })).to.equal('worse');
    expect(verdictOf(rate, { ...rate, median: 200, p99: 180 })).to.equal('better');
  });

  it('what was nothing and is something is worse; what is nothing still is the same', () => {
    expect(verdictOf({ unit: 'B', median: 0 }, { unit: 'B', median: 10 })).to.equal('worse');
    expect(verdictOf({ unit: 'B', median: 0 }, { unit: 'B', median: 0 })).to.equal('same');
  });
});

describe('a slower machine is not slower code (own rule)', () => {
  it('the same binary under load is the same: its foreign baseline has slowed down as well', () => {
    const [quiet, loaded] = [withBaseline(36.6, 12), withBaseline(65.5, 20.4)];
    expect(verdictOf(quiet, loaded)).to.equal('worse');
    expect(verdictOf(quiet, loaded, FOREIGN)).to.equal('same');
    expect(verdictOf(loaded, quiet, FOREIGN)).to.equal('same');
  });

  it('ratios to foreign code tell, even when the machine hides it', () => {
    expect(verdictOf(withBaseline(100, 50), withBaseline(100, 25), FOREIGN)).to.equal('worse');
    expect(verdictOf(withBaseline(100, 50), withBaseline(50, 50), FOREIGN)).to.equal('better');
    const rate = { unit: '/s', p99: 90 } as const;
    const [one, half] = [
      { ...rate, baseline: 100, ratio: 1 },
      { ...rate, baseline: 200, ratio: 0.5 },
    ];
    expect(verdictOf(one, half, FOREIGN)).to.equal('worse');
  });

  it('both five times slower is worse where the baseline is our own code', () => {
    const [before, now] = [withBaseline(88, 47), withBaseline(440, 235)];
    expect(verdictOf(before, now, OWN)).to.equal('worse');
    expect(verdictOf(now, before, OWN)).to.equal('better');
    expect(verdictOf(before, now, { ...OWN, guards: guard(10, 10) })).to.equal('worse');
  });

  it('times are compared as multiples of the guard, rates as parts of it, memory as it is', () => {
    const [alone, slower] = [ALONE, { ...ALONE, guards: guard(10, 17) }];
    const faster = { ...ALONE, guards: guard(17, 10) };
    const now = { median: 170, p99: 180 };
    expect(verdictOf({}, now, alone)).to.equal('worse');
    expect(verdictOf({}, now, slower)).to.equal('same');
    expect(verdictOf({}, {}, faster)).to.equal('worse');
    const rate = { unit: '/s', p99: 90 } as const;
    expect(verdictOf(rate, { ...rate, median: 59, p99: 50 }, slower)).to.equal('same');
    expect(verdictOf(rate, rate, slower)).to.equal('better');
    expect(verdictOf({ unit: 'B' }, { unit: 'B', ...now }, slower)).to.equal('worse');
  });

  it('a baseline below a tenth of the time tells nothing; then the guard does', () => {
    const [before, now] = [withBaseline(36, 0.5), withBaseline(36, 0.7)];
    expect(verdictOf(before, now, FOREIGN)).to.equal('same');
    const slowed = withBaseline(72, 1);
    expect(verdictOf(before, slowed, { ...FOREIGN, guards: guard(10, 10) })).to.equal('worse');
    expect(verdictOf(before, slowed, { ...FOREIGN, guards: guard(10, 20) })).to.equal('same');
  });

  it('a machine that varied while it measured adds that to the noise of times, not of memory', () => {
    const unquiet = (p99: number): Context => ({
      ...ALONE,
      guards: [measurementOf('g', { p99: 100 }), measurementOf('g', { p99 })],
    });
    const now = { median: 150, p99: 155 };
    expect(verdictOf({}, now, unquiet(102))).to.equal('worse');
    expect(verdictOf({}, now, unquiet(170))).to.equal('same');
    expect(verdictOf({ unit: 'B' }, { unit: 'B', ...now }, unquiet(170))).to.equal('worse');
    const slow = { median: 500, p99: 510 };
    expect(verdictOf({}, slow, unquiet(100_000))).to.equal('worse');
    expect(verdictOf(slow, {}, unquiet(100_000))).to.equal('better');
    expect(unrestOf([])).to.equal(0);
    expect(unrestOf([measurementOf('g', { p99: Number.NaN })])).to.equal(Math.LN2);
  });

  it('says what it went by', () => {
    const by = (context: Context, fields: Partial<Measurement> = {}): string | undefined =>
      compareOne(measurementOf('m', fields), measurementOf('m', fields), context).by;
    expect(by(ALONE)).to.equal('value');
    expect(by({ ...ALONE, guards: guard(1, 1) })).to.equal('machine');
    expect(by({ ...ALONE, guards: guard(1, 1) }, { unit: 'B' })).to.equal('value');
    expect(by(FOREIGN, withBaseline(2, 1))).to.equal('ratio');
    expect(by(OWN, withBaseline(2, 1))).to.equal('value');
  });
});
