import type { Measurement, Outcome } from '../measure/index.js';
import { readable, readableBaseline, readableRatio } from '../report/index.js';
import type { Facts } from './facts.js';
import { goalText, isMet } from './goal.js';
import { keyMeasures } from './key-measures.js';
import { markdownTable } from './markdown-table.js';

/** The text of docs/performance.md. */
export function performanceDocument(outcomes: readonly Outcome[], facts: Facts): string {
  const results = outcomes.flatMap((outcome) => outcome.results);
  return `# Performance

Written by \`npm run bench -- --document\`; edits are lost.

${markdownTable(['', ''], factRows(facts))}

Each value is the median of _n_ runs. What takes nanoseconds is called some ten thousand times in a run, and its p99 is that of
batches of calls; a run of anything else gives one value, and the p99 is that of the runs (of rates the slow end). Baselines
are measured in the same run, in turn with what they are compared to; _ratio_ is the median divided by the baseline. Servers
are processes of their own. On another machine all values differ; the ratios carry over.

## Goals

${markdownTable(['measure', 'what', 'median', 'p99', 'ratio', 'goal', ''], keyRows(results))}

${missedText(results)}
${leftOutText(outcomes)}
## Scaling

![scaling curves](performance.svg)

## All measures

${markdownTable(['measure', 'median', 'p99', 'n', 'baseline', 'ratio'], results.map(row))}

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

function row(measured: Measurement): readonly string[] {
  return [
    `\`${measured.name}\``,
    readable(measured.median, measured.unit),
    readable(measured.p99, measured.unit),
    String(measured.n),
    readableBaseline(measured),
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
            `\nNot measured: ${benchmark.measures.map((name) => `\`${name}\``).join(', ')} (${leftOut}).\n`,
          ],
    )
    .join('');
}
