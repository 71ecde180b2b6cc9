import type { Measurement } from '../measure/index.js';
import { columns, readable } from '../report/index.js';
import { compareOne, type Comparison } from './verdict.js';

/**
 * Every measure of either run, those of `now` first, each in the order of its run. If `now` is of a part, only what begins with
 * `only` can be gone.
 */
export function compareRuns(
  before: readonly Measurement[],
  now: readonly Measurement[],
  only = '',
): readonly Comparison[] {
  const earlier = new Map(before.map((each) => [each.name, each]));
  const compared = now.map((each): Comparison => {
    const old = earlier.get(each.name);
    earlier.delete(each.name);
    return old?.unit === each.unit ? compareOne(old, each) : one(each, 'new');
  });
  const gone = [...earlier.values()].filter(({ name }) => name.startsWith(only));
  return [...compared, ...gone.map((each) => one(each, 'gone'))];
}

/** What changed, as a table. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ name, before, now, change, noise, verdict }) => [
    name,
    valueOf(before),
    valueOf(now),
    change === undefined ? '-' : percent(change),
    noise === undefined ? '-' : `±${(noise * 100).toFixed(0)} %`,
    verdict,
  ]);
  return columns([['name', 'before', 'now', 'change', 'noise', 'verdict'], ...rows]);
}

function one(measured: Measurement, verdict: 'new' | 'gone'): Comparison {
  const [before, now] = verdict === 'new' ? [undefined, measured] : [measured, undefined];
  return { name: measured.name, before, now, change: undefined, noise: undefined, verdict };
}

function valueOf(measured: Measurement | undefined): string {
  return measured === undefined ? '-' : readable(measured.median, measured.unit);
}

function percent(part: number): string {
  const sign = part < 0 ? '' : '+';
  return `${sign}${(part * 100).toFixed(1)} %`;
}
