import type { Measurement } from './measurement.js';

/** Times of so many bytes each, as bytes a second. */
export function asRate(measured: Measurement, bytes: number): Measurement {
  const rate = (ns: number): number => (bytes / ns) * 1e9;
  const value = rate(measured.median);
  const baseline = measured.baseline === null ? null : rate(measured.baseline);
  return {
    ...measured,
    unit: '/s',
    median: value,
    p99: rate(measured.p99),
    baseline,
    ratio: baseline === null ? null : value / baseline,
  };
}
