import type { Measurement } from '../measure/index.js';

const UNITS: readonly unknown[] = ['ns', 'B', '/s'] satisfies Measurement['unit'][];

/**
 * What `--json` printed in an earlier run.
 *
 * @throws Error with a sentence that says what is wrong with it
 */
export function parseRun(text: string): readonly Measurement[] {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) {
    throw new Error('it is not an array of measurements');
  }
  return parsed.map((entry: unknown, index) => {
    if (!isMeasurement(entry)) {
      throw new Error(`its entry ${index} is not a measurement`);
    }
    return entry;
  });
}

function isMeasurement(entry: unknown): entry is Measurement {
  if (typeof entry !== 'object' || entry === null) {
    return false;
  }
  const of = new Map<string, unknown>(Object.entries(entry));
  return (
    typeof of.get('name') === 'string' &&
    UNITS.includes(of.get('unit')) &&
    ['median', 'p99', 'n'].every((field) => typeof of.get(field) === 'number') &&
    ['baseline', 'ratio'].every((field) => isNumberOrNull(of.get(field)))
  );
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === 'number';
}
