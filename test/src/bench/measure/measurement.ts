import type { Measure } from './measure.js';

/** Times, memory, and rates: of bytes, where it is a throughput. */
export type Unit = 'ns' | 'B' | '/s';

/** One measured thing. `ratio` is `median` ÷ `baseline`, which was measured in the same run, in turn with it. */
export interface Measurement {
  readonly name: string;
  readonly unit: Unit;
  readonly median: number;
  /** The far end: the long one of times and sizes, the slow one of rates. */
  readonly p99: number;
  /** Runs that the median is of. */
  readonly n: number;
  readonly baseline: number | null;
  readonly ratio: number | null;
}

/** A group of measurements that share a set-up. */
export interface Benchmark {
  readonly name: string;
  /** What it measures, in that order. */
  readonly measures: readonly Measure[];
  /** Rejects with LeftOut where it cannot be run. */
  run(): Promise<readonly Measurement[]>;
}

/** What runs gave, with nothing to compare it to. */
export function ofRuns(name: string, unit: Unit, runs: readonly number[]): Measurement {
  return {
    name,
    unit,
    median: median(runs),
    // The slow end is the tail of a rate.
    p99: quantile(runs, unit === '/s' ? 0.01 : 0.99),
    n: runs.length,
    baseline: null,
    ratio: null,
  };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which `q` (0 .. 1) of the values lie, by the nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1));
  return sorted[rank] ?? Number.NaN;
}
