import type { Measurement } from '../measure/index.js';
import { columns, readable } from '../report/index.js';
import type { Comparison } from './verdict.js';

const HEAD = ['name', 'before', 'now', 'change', 'judged', 'by', 'noise', 'verdict'];

/** What changed, as a table: the change of the values, and of what they are judged by. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ name, before, now, judged, by, noise, verdict }) => [
    name,
    valueOf(before),
    valueOf(now),
    before?.unit === now?.unit ? percent(logarithmOf(before, now)) : '-',
    percent(judged),
    by ?? '-',
    noise === undefined ? '-' : `±${(Math.expm1(noise) * 100).toFixed(0)} %`,
    verdict,
  ]);
  return columns([HEAD, ...rows]);
}

function logarithmOf(
  before: Measurement | undefined,
  now: Measurement | undefined,
): number | undefined {
  return before === undefined || now === undefined
    ? undefined
    : Math.log(now.median / before.median);
}

function valueOf(measured: Measurement | undefined): string {
  return measured === undefined ? '-' : readable(measured.median, measured.unit);
}

/** Of a logarithm: that of 2 is +100 %. */
function percent(logarithm: number | undefined): string {
  if (logarithm === undefined || !Number.isFinite(logarithm)) {
    return '-';
  }
  const part = Math.expm1(logarithm) * 100;
  return `${part < 0 ? '' : '+'}${part.toFixed(1)} %`;
}
