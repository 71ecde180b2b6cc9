import type { Measurement } from '../measure/index.js';

/** What the same code varies by between two processes, however close together the runs of each are: 5 %. */
const LEAST = Math.log(1.05);
/** What no median of several runs excuses. */
const MOST = Math.log(1.2);
const MOST_OF_FEW = Math.log(1.5);
const SEVERAL = 5;
/** A machine of which half is gone at times. */
const MOST_UNREST = Math.LN2;

/** The 99th percentile of a normal distribution, in standard deviations. */
const TAIL_DEVIATIONS = 2.33;
/** How much less a median is known than a mean. */
const MEDIAN_ERROR = 1.25;
/** Both sides of 99 %: with a hundred measures, one is called changed by chance. */
const CONFIDENCE = 2.58;

/**
 * How far medians of the same code may lie apart, as a logarithm: what the tails say about the errors of the medians. A tail
 * is that of single batches and far longer than a median moves, so there is a bound.
 */
export function noiseOf(measured: readonly Measurement[]): number {
  const variance = measured.reduce((sum, each) => sum + errorOf(each) ** 2, 0);
  const isOfFew = measured.some(({ n }) => n < SEVERAL);
  const most = isOfFew ? MOST_OF_FEW : MOST;
  return Math.min(most, Math.max(LEAST, CONFIDENCE * Math.sqrt(variance)));
}

/**
 * How much the machine itself varied in runs that have these guards, as a logarithm: the tail of a loop that never changes. It
 * is bounded as well, so that five times as slow is told on any machine.
 */
export function unrestOf(guards: readonly Measurement[]): number {
  const tails = guards.map(({ median, p99 }) => Math.abs(Math.log(p99 / median)));
  const unrest = Math.max(0, ...tails);
  return Number.isFinite(unrest) ? Math.min(MOST_UNREST, unrest) : MOST_UNREST;
}

/** The standard error of a median, as a logarithm. */
function errorOf({ median, p99, n }: Measurement): number {
  const deviation = Math.abs(Math.log(p99 / median)) / TAIL_DEVIATIONS;
  const error = (MEDIAN_ERROR * deviation) / Math.sqrt(n);
  // A tail of nothing, or below nothing, tells nothing.
  return Number.isFinite(error) ? error : MOST_OF_FEW;
}
