import type { MdevError } from '@mdevkit/core';
import { failure } from '../../errors.js';

/** What is wrong with a plan: EINVAL `fault.plan`, with the place as in `rules[2].do.ms`. */
export function broken(at: string, problem: string): MdevError {
  return failure('fault.plan', { at, problem });
}

/** An object of JSON with no other members than these. */
export function requireObject(
  value: unknown,
  at: string,
  known: readonly string[],
): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw broken(at, 'is not an object');
  }
  const members = new Map<string, unknown>(Object.entries(value));
  for (const name of members.keys()) {
    if (!known.includes(name)) {
      throw broken(`${at}.${name}`, `is none of ${known.join(', ')}`);
    }
  }
  return members;
}

/** An integer of `least` .. `most`. */
export function requireInteger(
  value: unknown,
  at: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw broken(at, `is not an integer of ${least} .. ${most}`);
  }
  return value;
}

/** A number of 0 .. `most`. */
export function requireNumber(value: unknown, at: string, most: number): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= most)) {
    throw broken(at, `is not a number of 0 .. ${most}`);
  }
  return value;
}

export function requireText(value: unknown, at: string): string {
  if (typeof value !== 'string') {
    throw broken(at, 'is not a string');
  }
  return value;
}
