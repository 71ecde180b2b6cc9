import type { Measurement } from './measurement.js';

/** A measurement of 100 ns with a tail of 110, and what a test says otherwise. */
export function measurementOf(name: string, fields: Partial<Measurement> = {}): Measurement {
  return { name, unit: 'ns', median: 100, p99: 110, n: 7, baseline: null, ratio: null, ...fields };
}
