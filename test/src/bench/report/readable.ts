import type { Measurement, Unit } from '../measure/index.js';

type Steps = readonly (readonly [least: number, name: string])[];

/** The largest first. */
const STEPS: Readonly<Record<Unit, Steps>> = {
  ns: [
    [1e6, 'ms'],
    [1e3, 'µs'],
    [1, 'ns'],
  ],
  B: [
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'B'],
  ],
  '/s': [
    [1e9, 'G/s'],
    [1e6, 'M/s'],
    [1e3, 'k/s'],
    [1, '/s'],
  ],
};

/** A value with its unit, to three digits or four. */
export function readable(value: number, unit: Unit): string {
  const [least, name] = STEPS[unit].find(([from]) => value >= from) ?? [1, unit];
  const scaled = value / least;
  return `${scaled.toFixed(scaled < 10 ? 2 : 1)} ${name}`;
}

/** `-` where there is no baseline. */
export function readableBaseline({ baseline, unit }: Measurement): string {
  return baseline === null ? '-' : readable(baseline, unit);
}

/** `-` where there is none; more digits for a small one. */
export function readableRatio({ ratio }: Pick<Measurement, 'ratio'>): string {
  if (ratio === null) {
    return '-';
  }
  return ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2);
}
