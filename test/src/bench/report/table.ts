import type { Measurement } from '../measure/index.js';
import { columns } from './columns.js';
import { readable, readableBaseline, readableRatio } from './readable.js';

const HEAD = ['name', 'median', 'p99', 'n', 'baseline', 'ratio'];

/** The measurements as a table. */
export function table(measurements: readonly Measurement[]): string {
  const rows = measurements.map((measured) => [
    measured.name,
    readable(measured.median, measured.unit),
    readable(measured.p99, measured.unit),
    String(measured.n),
    readableBaseline(measured),
    readableRatio(measured),
  ]);
  return columns([HEAD, ...rows]);
}
