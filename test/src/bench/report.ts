import type { Measurement } from './measurement.js';

/** The measurements as a table of fixed columns. */
export function table(measurements: readonly Measurement[]): string {
  const rows = measurements.map((m) => [
    m.name,
    readable(m.median, m.unit),
    readable(m.p99, m.unit),
    String(m.n),
    m.baseline === null ? '-' : readable(m.baseline, m.unit),
    m.ratio === null ? '-' : m.ratio.toFixed(2),
  ]);
  const head = ['name', 'median', 'p99', 'n', 'baseline', 'ratio'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows]
    .map((row) => row.map((cell, column) => pad(cell, column, widths[column] ?? 0)).join('  '))
    .join('\n');
}

function pad(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function readable(value: number, unit: Measurement['unit']): string {
  if (unit === 'ns') {
    return value < 1e4 ? `${value.toFixed(1)} ns` : `${(value / 1e3).toFixed(1)} µs`;
  }
  if (unit === 'B') {
    return `${(value / 1024).toFixed(1)} KiB`;
  }
  return value < 1e6
    ? `${(value / 1e3).toFixed(1)} k${unit}`
    : `${(value / 1e6).toFixed(1)} M${unit}`;
}
