import { MdevError } from '@mdevkit/core';
import { failure } from '../../errors.js';

/** The reason of a call to the device that failed. */
export function lossOf(error: unknown): MdevError {
  const gone = MdevError.is(error) && error.code === 'ENODEV';
  return gone ? failure('accel.lost', {}, error) : failure('accel.queue-error', {}, error);
}
