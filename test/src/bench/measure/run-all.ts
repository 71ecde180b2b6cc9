import type { Benchmark } from './measurement.js';
import { runBenchmark, type Outcome } from './run-benchmark.js';

/** The guard of a run: it is visited between benchmarks, and measures what it saw. */
export interface Guard extends Benchmark {
  visit(): void;
}

/** What is told and done around each benchmark. */
export interface Around {
  begins(benchmark: Benchmark): void;
  ended(outcome: Outcome): Promise<void>;
}

/** Runs them one after the other. The first outcome is that of the guard. */
export async function runAll(
  benchmarks: readonly Benchmark[],
  guard: Guard,
  around: Around,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  guard.visit();
  for (const benchmark of benchmarks) {
    around.begins(benchmark);
    const outcome = await runBenchmark(benchmark);
    outcomes.push(outcome);
    await around.ended(outcome);
    guard.visit();
  }
  return [await runBenchmark(guard), ...outcomes];
}
