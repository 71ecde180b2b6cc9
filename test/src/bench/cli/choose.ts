import type { Benchmark } from '../measure/index.js';
import type { BenchArguments } from './arguments.js';

/** What a plain run measures, and what only the curves need. */
export interface Suites {
  readonly benchmarks: readonly Benchmark[];
  readonly scaling: readonly Benchmark[];
}

/** The benchmarks that the command line asks for; none if nothing begins as it says. */
export function choose(
  { benchmarks, scaling }: Suites,
  { only, plot, document }: Pick<BenchArguments, 'only' | 'plot' | 'document'>,
): readonly Benchmark[] {
  const wanted = benchmarks.filter((benchmark) => begins(benchmark, only));
  const points = only === '' ? [] : scaling.filter((benchmark) => begins(benchmark, only));
  const needsAll = points.length === 0 && (plot !== undefined || document);
  return wanted.length + points.length === 0 ? [] : [...wanted, ...(needsAll ? scaling : points)];
}

/** The measures of a benchmark that are shown: those that begin so, or all if it is asked for as a whole. */
export function shownOf({ name, measures }: Benchmark, only: string): readonly string[] {
  const names = measures.map((measure) => measure.name);
  const some = name.startsWith(only) ? [] : names.filter((each) => each.startsWith(only));
  return some.length === 0 ? names : some;
}

function begins({ name, measures }: Benchmark, only: string): boolean {
  return name.startsWith(only) || measures.some((measure) => measure.name.startsWith(only));
}
