import type { Unit } from '../measure/index.js';

const STEPS = ['', 'k', 'M', 'G', 'T'] as const;
const TIMES = ['ns', 'µs', 'ms', 's'] as const;

/** A number of things: 1000 is `1k`. */
export function sizeLabel(value: number): string {
  const [part, step] = stepOf(value, STEPS.length);
  return `${part}${STEPS[step] ?? ''}`;
}

/** A power of ten of a unit: 1000 ns is `1 µs`. */
export function tickLabel(value: number, unit: Unit): string {
  const names = unit === 'ns' ? TIMES : STEPS;
  const [part, step] = stepOf(value, names.length);
  const name = names[step] ?? '';
  return unit === 'ns' ? `${part} ${name}` : `${part} ${name}${unit}`;
}

/** The value in thousands of thousands, and how many: below 1 it stays as it is. */
function stepOf(value: number, steps: number): readonly [part: number, step: number] {
  const step = Math.min(steps - 1, Math.max(0, Math.floor(Math.log10(value) / 3 + 1e-9)));
  return [Number((value / 1000 ** step).toPrecision(3)), step];
}
