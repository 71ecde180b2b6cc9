/** Throws RangeError unless `value` is an integer in `min .. max`. Returns it. */
export function checkInteger(what: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${what} must be an integer in ${min} .. ${max}, not ${value}`);
  }
  return value;
}

/** Whether `value` is a power of two; exact up to 2^53. */
export function isPowerOfTwo(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0 && Number.isInteger(Math.log2(value));
}

/** `value` rounded up to a multiple of `unit`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** A number as messages show addresses, for example `0x40`. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
