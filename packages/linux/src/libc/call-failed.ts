import { MdevError, type ErrorDetails } from '@mdevkit/core';
import { errnoName } from '@mdevkit/uapi';
import { linuxReasons } from '../errors.js';

const row = linuxReasons['linux.call'];

/**
 * The error `linux.call` of a call that failed, with the errno that it gave. A number that Linux does not name
 * is EIO and stands in the details.
 */
export function callFailed(
  call: string,
  errno: number,
  details?: ErrorDetails,
  cause?: unknown,
): MdevError {
  const name = errnoName(errno);
  return new MdevError(
    name ?? row.errno,
    'linux.call',
    row.text,
    { call, ...details, ...(name === undefined && { errno }) },
    cause === undefined ? undefined : { cause },
  );
}

/** Runs a call of node:fs, whose errors have the errno as well; any other error is thrown on. */
export function fileCall<T>(call: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof Error && 'errno' in error && typeof error.errno === 'number'
      ? callFailed(call, Math.abs(error.errno), undefined, error)
      : error;
  }
}
