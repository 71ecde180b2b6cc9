/** Places of an axis whose ticks are powers of ten. */
export interface LogScale {
  /** The powers of ten that it shows, the outermost ones at its ends. */
  readonly ticks: readonly number[];
  place(value: number): number;
}

/**
 * The axis from `first` to `last` (in pixels) that shows all values, from the power of ten at or below the least of them to
 * the one at or above the greatest.
 *
 * @throws RangeError without values, or for one that is not positive and finite
 */
export function logScale(values: readonly number[], first: number, last: number): LogScale {
  if (values.length === 0 || values.some((value) => !(value > 0 && value < Infinity))) {
    throw new RangeError('an axis of powers of ten shows positive numbers');
  }
  const low = Math.floor(exact(Math.log10(Math.min(...values))));
  const high = Math.max(low + 1, Math.ceil(exact(Math.log10(Math.max(...values)))));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    place: (value) => first + ((Math.log10(value) - low) / (high - low)) * (last - first),
  };
}

/** A logarithm that is a whole number but for its rounding is one. */
function exact(logarithm: number): number {
  const whole = Math.round(logarithm);
  return Math.abs(logarithm - whole) < 1e-9 ? whole : logarithm;
}
