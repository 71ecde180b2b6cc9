import { MdevError, type Logger } from '@mdevkit/core';
import { failure } from '../errors.js';

/** An error as the client gets it: whole, unless nobody foresaw it; then it is logged and its inside stays here. */
export function asError(error: unknown, logger: Logger): MdevError {
  if (MdevError.is(error)) {
    return error;
  }
  logger.error('a request failed in a way that nobody foresaw', { error });
  return failure('control.failed');
}
