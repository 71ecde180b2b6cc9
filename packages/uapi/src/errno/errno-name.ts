import { Errno, ERRNO_ALIASES } from './errno.js';
import type { ErrnoName } from './errno.js';

const names: ReadonlyMap<number, ErrnoName> = new Map(
  (Object.keys(Errno) as ErrnoName[])
    .filter((name) => !ERRNO_ALIASES.has(name))
    .map((name) => [Errno[name], name]),
);

/**
 * The name of an error number, for messages and logs.
 *
 * @param number - a positive error number
 * @returns the first name (EAGAIN, never EWOULDBLOCK), or undefined where Linux defines none
 */
export function errnoName(number: number): ErrnoName | undefined {
  return names.get(number);
}
