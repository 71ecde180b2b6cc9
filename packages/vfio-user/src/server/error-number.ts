import { MdevError, type Logger } from '@mdevkit/core';
import { Errno } from '@mdevkit/uapi';

/** The errno that a client gets for what was thrown; what is no error of the project is EIO and logged. */
export function errorNumber(error: unknown, logger: Logger, command: string): number {
  if (MdevError.is(error)) {
    return error.errno;
  }
  logger.error('a command failed in a way that nobody foresaw', { command, error });
  return Errno.EIO;
}
