import { markdownTable } from '../../markdown-table.js';
import type { Measurement, Outcome } from '../measure/index.js';
import { readable, readableBaseline, readableRatio } from '../report/index.js';
import type { Facts } from './facts.js';
import { goalText, isMet } from './goal.js';
import { keyMeasures } from './key-measures.js';

const ALL = ['measure', 'median', 'p99', 'n', 'baseline', 'against', 'ratio'];

/** The text of docs/performance.md. */
export function performanceDocument(outcomes: readonly Outcome[], facts: Facts): string {
  const results = outcomes.flatMap((outcome) => outcome.results);
  return `# Performance

Written by \`npm run bench -- --document\`; edits are lost.

${markdownTable(['', ''], factRows(facts))}

Each value is the median of _n_ runs, and its p99 tells the far end: the long one of times and sizes, the slow one of rates. A
run is many samples or gives one value. A sample is a call, or a batch of calls where one takes only nanoseconds; then the
value of the run is the median of its samples, and the p99 is the median of what 99 % of each run's samples stay below. Of runs
that give one value, the p99 is that of the runs. Baselines (_against_) are measured in the same run, in turn with what
they are compared to; _ratio_ is the median divided by the baseline. Servers are processes of their own. \`machine.loop\` is a
fixed loop, measured between all benchmarks: it says how fast the machine was. On another machine all values differ; most
ratios carry over.

## Goals

${markdownTable(['measure', 'what', 'median', 'p99', 'ratio', 'goal', ''], keyRows(results))}

${missedText(results)}
${leftOutText(outcomes)}
## Scaling

![scaling curves](performance.svg)

## All measures

${markdownTable(ALL, outcomes.flatMap(rowsOf))}

What was tried for speed, and what did not help, is in [speed.md](speed.md).
`;
}

function factRows({ cpu, cores, memory, versions, date }: Facts): readonly (readonly string[])[] {
  return [
    ['processor', `${cpu}, ${cores} cores`],
    ['memory', `${(memory / 2 ** 30).toFixed(1)} GiB`],
    ...versions,
    ['date', date],
  ];
}

function keyRows(results: readonly Measurement[]): readonly (readonly string[])[] {
  return keyMeasures.flatMap(({ name, what, goal }) => {
    const measured = results.find((each) => each.name === name);
    return measured === undefined
      ? []
      : [
          [
            `\`${name}\``,
            what,
            readable(measured.median, measured.unit),
            readable(measured.p99, measured.unit),
            readableRatio(measured),
            goal === undefined ? '' : goalText(goal, measured),
            goal === undefined ? '' : isMet(goal, measured) ? 'met' : '**missed**',
          ],
        ];
  });
}

/** Beside each measure that has a baseline stands what that is. */
function rowsOf({ benchmark, results }: Outcome): readonly (readonly string[])[] {
  const measures = new Map(benchmark.measures.map((each) => [each.name, each]));
  return results.map((measured) => row(measured, measures.get(measured.name)?.against?.what));
}

function row(measured: Measurement, against = '-'): readonly string[] {
  return [
    `\`${measured.name}\``,
    readable(measured.median, measured.unit),
    readable(measured.p99, measured.unit),
    String(measured.n),
    readableBaseline(measured),
    against,
    readableRatio(measured),
  ];
}

/** The goals that were not reached, as a sentence. */
export function missedText(results: readonly Measurement[]): string {
  const missed = keyMeasures.filter(({ name, goal }) => {
    const measured = results.find((each) => each.name === name);
    return goal !== undefined && measured !== undefined && !isMet(goal, measured);
  });
  return missed.length === 0
    ? 'All goals were met in this run.'
    : `Missed in this run: ${missed.map(({ name }) => `\`${name}\``).join(', ')}.`;
}

function leftOutText(outcomes: readonly Outcome[]): string {
  return outcomes
    .flatMap(({ benchmark, leftOut }) =>
      leftOut === undefined
        ? []
        : [
            `\nNot measured: ${benchmark.measures.map(({ name }) => `\`${name}\``).join(', ')} (${leftOut}).\n`,
          ],
    )
    .join('');
}
