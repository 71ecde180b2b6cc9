import { failure } from '../errors.js';

/** Throws EINVAL `accel.job` with the field unless `value` is a whole number, 0 or more. */
export function requireCount(field: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw failure('accel.job', { field, value });
  }
}
