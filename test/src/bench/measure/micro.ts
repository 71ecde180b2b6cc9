import { measure } from 'mitata';
import { median, type Measurement } from './measurement.js';

/** Runs of each side; a run is 50 ms and twelve samples at the least, and a sample one call or a batch of short ones. */
const RUNS = 7;

/** Times a function of nanoseconds, in turn with what it is compared to. */
export async function micro(
  name: string,
  run: () => unknown,
  baseline: () => unknown,
): Promise<Measurement> {
  const medians: number[] = [];
  const tails: number[] = [];
  const baselines: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    baselines.push((await measure(baseline, { min_cpu_time: 5e7 })).p50);
    const stats = await measure(run, { min_cpu_time: 5e7 });
    medians.push(stats.p50);
    tails.push(stats.p99);
  }
  const value = median(medians);
  const base = median(baselines);
  return {
    name,
    unit: 'ns',
    median: value,
    p99: median(tails),
    n: RUNS,
    baseline: base,
    ratio: value / base,
  };
}
