import { LeftOut } from './left-out.js';
import type { Benchmark, Measurement } from './measurement.js';

/** What came of a benchmark; `leftOut` says why it measured nothing. */
export interface Outcome {
  readonly benchmark: Benchmark;
  readonly results: readonly Measurement[];
  readonly leftOut?: string;
}

/**
 * Runs one. Rejects with what it rejects with, except {@link LeftOut}.
 *
 * @throws Error if it measured anything else than it declares, or has the tail of a measure at the wrong end
 */
export async function runBenchmark(benchmark: Benchmark): Promise<Outcome> {
  let results: readonly Measurement[];
  try {
    results = await benchmark.run();
  } catch (error) {
    if (error instanceof LeftOut) {
      return { benchmark, results: [], leftOut: error.message };
    }
    throw error;
  }
  const [found, declared] = [namesOf(results), namesOf(benchmark.measures)];
  if (found.join() !== declared.join()) {
    throw new Error(
      `${benchmark.name} measured ${found.join(', ')}; it declares ${declared.join(', ')}`,
    );
  }
  for (const { name, unit, median, p99 } of results) {
    if (unit === '/s' ? p99 > median : p99 < median) {
      throw new Error(`${name} has its p99 (${p99}) at the wrong end of its median (${median})`);
    }
  }
  return { benchmark, results };
}

function namesOf(results: readonly { readonly name: string }[]): readonly string[] {
  return results.map(({ name }) => name).sort();
}
