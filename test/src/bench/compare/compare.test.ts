import { expect } from 'chai';
import { describe, it } from 'mocha';
import { againstForeign, againstOwn, alone, MACHINE_LOOP } from '../measure/index.js';
import { measurementOf } from '../measure/measurement.test-support.js';
import { compareRuns, comparisonTable, parseRun, type Comparison, type Scope } from './index.js';

const ALL: Scope = {
  declared: [
    ...['kept', 'other', 'core.a', 'core.b', 'event.a', 'scaling.maps.10', 'guest'].map(alone),
    againstForeign('foreign', 'a bare loop'),
    againstOwn('own', 'without it'),
  ],
  only: '',
};
const verdicts = (compared: readonly Comparison[]): readonly string[] =>
  compared.map(({ name, verdict }) => `${name} ${verdict}`);

describe('what changed between two runs (own rule)', () => {
  it('gone is what nothing measures any more', () => {
    const before = [measurementOf('kept'), measurementOf('old')];
    expect(verdicts(compareRuns(before, [measurementOf('kept')], ALL))).to.deep.equal([
      'kept same',
      'old gone',
    ]);
  });

  it('what one run was not asked for, or could not do, was not measured', () => {
    const plain = [measurementOf('kept')];
    const whole = [...plain, measurementOf('scaling.maps.10'), measurementOf('guest')];
    const expected = ['kept same', 'scaling.maps.10 not measured', 'guest not measured'];
    expect(verdicts(compareRuns(whole, plain, ALL))).to.deep.equal(expected);
    expect(verdicts(compareRuns(plain, whole, ALL))).to.deep.equal(expected);
  });

  it('values of other units are not compared', () => {
    const [before, now] = [[measurementOf('other')], [measurementOf('other', { unit: 'B' })]];
    expect(verdicts(compareRuns(before, now, ALL))).to.deep.equal(['other other unit']);
  });

  it('a run of a part lists only what belongs to that part', () => {
    const before = [measurementOf('core.a'), measurementOf('core.b'), measurementOf('event.a')];
    const compared = compareRuns(before, [measurementOf('core.a')], { ...ALL, only: 'core' });
    expect(verdicts(compared)).to.deep.equal(['core.a same', 'core.b not measured']);
  });

  it('takes the guards of both files, and what the benchmarks declare of their baselines', () => {
    const run = (slower: number): Parameters<typeof compareRuns>[0] => [
      measurementOf(MACHINE_LOOP, { median: 10 * slower, p99: 10 * slower }),
      measurementOf('kept', { median: 100 * slower, p99: 110 * slower }),
      measurementOf('foreign', { p99: 110, baseline: 50 * slower, ratio: 2 / slower }),
      measurementOf('own', { p99: 110, baseline: 50 * slower, ratio: 2 / slower }),
    ];
    const compared = compareRuns(run(1), run(2), ALL);
    expect(compared.map(({ name, by, verdict }) => `${name} ${by ?? ''} ${verdict}`)).to.deep.equal(
      [
        'machine.loop value worse',
        'kept machine same',
        'foreign ratio better',
        'own machine better',
      ],
    );
  });

  it('prints the change of the value, and what it was judged by', () => {
    const before = [measurementOf(MACHINE_LOOP, { p99: 100 }), measurementOf('kept')];
    const now = [
      measurementOf(MACHINE_LOOP, { median: 125, p99: 125 }),
      measurementOf('kept', { median: 150, p99: 150 }),
    ];
    expect(comparisonTable(compareRuns(before, now, ALL)).split('\n')).to.deep.equal([
      'name            before       now   change   judged       by  noise  verdict',
      'machine.loop  100.0 ns  125.0 ns  +25.0 %  +25.0 %    value   ±5 %    worse',
      'kept          100.0 ns  150.0 ns  +50.0 %  +20.0 %  machine   ±5 %    worse',
    ]);
    expect(comparisonTable(compareRuns([], [measurementOf('kept')], ALL))).to.match(
      /kept +- +100.0 ns +- +- +- +- +not measured/,
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
