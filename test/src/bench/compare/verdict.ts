import type { Measurement } from '../measure/index.js';

/** `same`: what differs may be noise. */
export type Verdict = 'better' | 'worse' | 'same' | 'new' | 'gone';

/** A measure before and now. `change` and `noise` are parts of the value before: 0.1 is a tenth. */
export interface Comparison {
  readonly name: string;
  readonly before: Measurement | undefined;
  readonly now: Measurement | undefined;
  readonly change: number | undefined;
  readonly noise: number | undefined;
  readonly verdict: Verdict;
}

/** What a quiet machine varies by, however close together the runs were. */
const LEAST_NOISE = 0.03;
/** A tail of ten times the median says nothing about the median. */
const MOST_NOISE = 0.5;
/** A baseline of this part of the time says how fast the machine was; that of a shorter one is a matter of a nanosecond. */
const TELLING_BASELINE = 0.1;

/**
 * Judges one measure. It has changed when its median did by more than the larger of both spreads (from the median to the
 * tail), and, where its baseline is long enough to tell, when its ratio did as well, in the same direction: a machine that was
 * slower slows both down.
 */
export function compareOne(before: Measurement, now: Measurement): Comparison {
  const change = changeOf(before.median, now.median);
  const noise = Math.max(spreadOf(before), spreadOf(now));
  const changes = [change, ...ratioChange(before, now)];
  const isUp = changes.every((each) => each > noise);
  const isDown = changes.every((each) => each < -noise);
  const isRate = now.unit === '/s';
  const verdict = isUp === isDown ? 'same' : isUp === isRate ? 'better' : 'worse';
  return { name: now.name, before, now, change, noise, verdict };
}

/** From the median to the tail, as a part of the median. */
export function spreadOf({ median, p99 }: Measurement): number {
  const spread = Math.abs(p99 - median) / median;
  return Math.min(MOST_NOISE, Math.max(LEAST_NOISE, spread));
}

function ratioChange(before: Measurement, now: Measurement): readonly number[] {
  const isTelling = [before, now].every(
    ({ baseline, median }) => baseline !== null && baseline >= median * TELLING_BASELINE,
  );
  return isTelling && before.ratio !== null && now.ratio !== null
    ? [changeOf(before.ratio, now.ratio)]
    : [];
}

function changeOf(before: number, now: number): number {
  return now / before - 1;
}
