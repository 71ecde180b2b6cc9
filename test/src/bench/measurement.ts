/**
 * One measured thing. Times are in ns, memory in B, rates in /s (bytes, where it is a throughput). `ratio` is `median` ÷ `baseline`, where
 * the baseline was measured in the same run, in turn with it.
 */
export interface Measurement {
  readonly name: string;
  readonly unit: 'ns' | 'B' | '/s';
  readonly median: number;
  readonly p99: number;
  /** Runs that the median is of. */
  readonly n: number;
  readonly baseline: number | null;
  readonly ratio: number | null;
}

/** A group of measurements that share a set-up. */
export interface Benchmark {
  readonly name: string;
  run(): Promise<readonly Measurement[]>;
}

/** What runs gave, with nothing to compare it to. */
export function ofRuns(
  name: string,
  unit: Measurement['unit'],
  runs: readonly number[],
): Measurement {
  return {
    name,
    unit,
    median: median(runs),
    p99: quantile(runs, 0.99),
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
