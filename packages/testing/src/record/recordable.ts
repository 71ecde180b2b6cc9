import type { RecordedValue } from './entry.js';

const MAX_DEPTH = 8;
const LIMIT = 2n ** 64n;

/**
 * A copy of a value as a recording holds it: bigints that a number holds exactly are numbers, those beyond 64 bits are not
 * exact, and what has no such form (a function, an object too deep) is null.
 */
export function recordable(value: unknown, depth = 0): RecordedValue {
  switch (typeof value) {
    case 'undefined':
    case 'boolean':
    case 'number':
    case 'string':
      return value;
    case 'bigint':
      return ofBigint(value);
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null || depth === MAX_DEPTH) {
    return null;
  }
  if (value instanceof Uint8Array) {
    return value.slice();
  }
  if (Array.isArray(value)) {
    return value.map((each) => recordable(each, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, recordable(each, depth + 1)]),
  );
}

function ofBigint(value: bigint): number | bigint {
  const number = Number(value);
  const isExact = Number.isSafeInteger(number);
  return isExact || value >= LIMIT || value < -LIMIT ? number : value;
}
