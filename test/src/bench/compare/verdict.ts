import type { Baseline, Measurement } from '../measure/index.js';
import { noiseOf, unrestOf } from './noise.js';

/** `same`: what differs may be noise. `not measured`: one of the runs was not asked for it, or could not do it. */
export type Verdict = 'better' | 'worse' | 'same' | 'not measured' | 'other unit' | 'gone';

/** What was compared: the ratios to a baseline, values as parts of the guard's, or the values as they are. */
export type Yardstick = 'ratio' | 'machine' | 'value';

/** A measure before and now. `noise` and `judged` are logarithms. */
export interface Comparison {
  readonly name: string;
  readonly before: Measurement | undefined;
  readonly now: Measurement | undefined;
  /** What is left of the change when the machine's part in it is taken away: 0 is none. */
  readonly judged: number | undefined;
  readonly by: Yardstick | undefined;
  readonly noise: number | undefined;
  readonly verdict: Verdict;
}

/** What a comparison needs besides both measurements. */
export interface Context {
  /** The baseline that the measure declares. */
  readonly against: Baseline | undefined;
  /** The guard of both runs; undefined where one of them has none. */
  readonly guards: readonly [before: Measurement, now: Measurement] | undefined;
}

/** A shorter baseline than this part of the time is a matter of a nanosecond. */
const TELLING_BASELINE = 0.1;

/**
 * Judges one measure: half as fast is worse in the same measure as twice as fast is better. A slower machine is not slower code:
 * where the baseline is other people's code, ratios are compared; times and rates of anything else as multiples of what
 * the guard took in the same run. A machine that varied while it measured adds that to the noise.
 */
export function compareOne(before: Measurement, now: Measurement, context: Context): Comparison {
  const by = yardstick(before, now, context);
  const judged = changeOf(before, now, by, context);
  const unrest = now.unit === 'B' ? 0 : unrestOf(context.guards ?? []);
  const noise = noiseOf([before, now]) + unrest;
  const isUp = judged > noise;
  const isDown = judged < -noise;
  const isRate = now.unit === '/s';
  const verdict = isUp === isDown ? 'same' : isUp === isRate ? 'better' : 'worse';
  return { name: now.name, before, now, judged, by, noise, verdict };
}

function yardstick(before: Measurement, now: Measurement, { against, guards }: Context): Yardstick {
  if (against?.isOwn === false && isTelling(before) && isTelling(now)) {
    return 'ratio';
  }
  return guards === undefined || now.unit === 'B' ? 'value' : 'machine';
}

/** Whether the baseline is there and long enough; a rate is short where it is high. */
function isTelling({ unit, ratio }: Measurement): boolean {
  return ratio !== null && (unit === '/s' ? ratio : 1 / ratio) >= TELLING_BASELINE;
}

function changeOf(
  before: Measurement,
  now: Measurement,
  by: Yardstick,
  { guards }: Context,
): number {
  const values = logarithmOf(before.median, now.median);
  if (by === 'ratio') {
    return logarithmOf(before.ratio ?? 1, now.ratio ?? 1);
  }
  if (by === 'value' || guards === undefined) {
    return values;
  }
  const machine = logarithmOf(guards[0].median, guards[1].median);
  return now.unit === '/s' ? values + machine : values - machine;
}

function logarithmOf(before: number, now: number): number {
  return Math.log(now / before);
}
