import { expect } from 'chai';
import { describe, it } from 'mocha';
import { alone, type Benchmark } from '../measure/index.js';
import { choose, HELP, parseArguments, shownOf } from './index.js';

const benchmark = (name: string, ...measures: string[]): Benchmark => ({
  name,
  measures: measures.map(alone),
  run: () => Promise.resolve([]),
});
const suites = {
  benchmarks: [benchmark('core', 'core.read', 'core.write'), benchmark('control', 'event.drain')],
  scaling: [benchmark('scaling.maps', 'scaling.maps.10'), benchmark('scaling.mdevs')],
};
const namesFor = (...args: string[]): readonly string[] =>
  choose(suites, parseArguments(args)).map(({ name }) => name);

describe('the command line of npm run bench (own rule)', () => {
  it('without options: a table of all', () => {
    expect(parseArguments([])).to.deep.equal({
      help: false,
      json: false,
      only: '',
      document: false,
    });
  });

  it('--plot has a file of its own, or a default wherever it stands', () => {
    expect(parseArguments(['--plot', 'a.svg', '--json'])).to.include({ plot: 'a.svg', json: true });
    expect(parseArguments(['--plot', '--json'])).to.include({ plot: 'scaling.svg', json: true });
    expect(parseArguments(['--only', 'core', '--plot'])).to.include({ plot: 'scaling.svg' });
  });

  it('--compare names a file', () => {
    expect(parseArguments(['--compare', 'run.json'])).to.include({ compare: 'run.json' });
    expect(() => parseArguments(['--compare'])).to.throw(/argument missing/);
  });

  it('refuses what it does not know, and a document of a part', () => {
    expect(() => parseArguments(['--fast'])).to.throw(/--fast/);
    expect(() => parseArguments(['core'])).to.throw(/core/);
    expect(() => parseArguments(['--document', '--only', 'core'])).to.throw(/takes no --only/);
  });

  it('--help tells every option', () => {
    for (const option of ['only', 'json', 'compare', 'plot', 'document', 'help']) {
      expect(HELP).to.include(`--${option} `);
    }
  });

  it('a plain run has no points of curves; a plot and a document have all', () => {
    expect(namesFor()).to.deep.equal(['core', 'control']);
    const all = ['core', 'control', 'scaling.maps', 'scaling.mdevs'];
    expect(namesFor('--plot')).to.deep.equal(all);
    expect(namesFor('--document')).to.deep.equal(all);
  });

  it('--only is the beginning of a benchmark or of a measure', () => {
    expect(namesFor('--only', 'core')).to.deep.equal(['core']);
    expect(namesFor('--only', 'core.w')).to.deep.equal(['core']);
    expect(namesFor('--only', 'event')).to.deep.equal(['control']);
    expect(namesFor('--only', 'scaling')).to.deep.equal(['scaling.maps', 'scaling.mdevs']);
    expect(namesFor('--only', 'core', '--plot')).to.deep.equal([
      'core',
      'scaling.maps',
      'scaling.mdevs',
    ]);
    expect(namesFor('--only', 'scaling.maps', '--plot')).to.deep.equal(['scaling.maps']);
    expect(namesFor('--only', 'nothing', '--plot')).to.deep.equal([]);
  });

  it('shows what was asked for: some measures, or all of a benchmark', () => {
    const core = benchmark('core', 'core.read', 'core.write');
    expect(shownOf(core, 'core.w')).to.deep.equal(['core.write']);
    expect(shownOf(core, 'co')).to.deep.equal(['core.read', 'core.write']);
    expect(shownOf(core, 'scaling')).to.deep.equal(['core.read', 'core.write']);
  });
});
