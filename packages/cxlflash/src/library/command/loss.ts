import { MdevError } from '@mdevkit/core';
import { failure } from '../../errors/index.js';

/** The reason of a call to the device, or of an event reader, that failed. */
export function lossOf(error: unknown): MdevError {
  if (MdevError.is(error)) {
    return error.code === 'ENODEV'
      ? failure('cxlflash.lost', {}, error)
      : error.reason === 'cxlflash.context-lost'
        ? error
        : failure('cxlflash.context-lost', {}, error);
  }
  return failure('cxlflash.context-lost', {}, error);
}
