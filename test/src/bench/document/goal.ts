import type { Measurement } from '../measure/index.js';
import { readable } from '../report/index.js';

/** What a measure, or its ratio to its baseline, is to be at the most or at the least. */
export interface Goal {
  readonly of: 'median' | 'ratio';
  readonly bound: 'at most' | 'at least';
  /** In the measure's unit, or a ratio. */
  readonly value: number;
}

export function isMet({ of, bound, value }: Goal, measured: Measurement): boolean {
  const found = measured[of];
  return found !== null && (bound === 'at most' ? found <= value : found >= value);
}

/** As `≤ 2.0 µs`, or `ratio ≥ 0.90`. */
export function goalText({ of, bound, value }: Goal, { unit }: Measurement): string {
  const sign = bound === 'at most' ? '≤' : '≥';
  return of === 'ratio' ? `ratio ${sign} ${value}` : `${sign} ${readable(value, unit)}`;
}
