import { MdevError, type ErrorDetails } from '@mdevkit/core';
import { Errno, type ErrnoName } from '@mdevkit/uapi';
import { doeReasons, failure, type DoeReason } from '../../errors/index.js';

/** The error of a call of the kernel: with the kernel's own errno, if there is one. */
export function systemFailure(reason: DoeReason, details: ErrorDetails, cause: unknown): MdevError {
  const code = errnoOf(cause);
  return code === undefined
    ? failure(reason, details, cause)
    : new MdevError(code, reason, doeReasons[reason].text, details, { cause });
}

function errnoOf(cause: unknown): ErrnoName | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && Object.hasOwn(Errno, code) ? (code as ErrnoName) : undefined;
}
