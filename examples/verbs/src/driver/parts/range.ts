import { failure } from '../../errors.js';

/** A number of a client's, checked. */
export function inRange(what: string, value: number, least: number, most: number): number {
  if (value < least || value > most) {
    throw failure('verbs.argument', { what, value, least, most });
  }
  return value;
}
