import { SISL_REQ_FLAGS_TIMEOUT_MSECS, SISL_REQ_FLAGS_TIMEOUT_SECS } from '@mdevkit/uapi';

/** What the field `timeout` of a request holds. */
const MOST = 0xffff;

/** Milliseconds that a request can have at the most. */
export const MAX_TIMEOUT_MS = MOST * 1000;

/** How long the device gives a command, as a request tells it. */
export interface RequestTimeout {
  /** `timeout` of the request, never 0. */
  readonly value: number;
  /** Its unit: a bit of `req_flags`. */
  readonly flags: number;
  /** The same in milliseconds, as long as was asked for or longer. */
  readonly milliseconds: number;
}

/**
 * Milliseconds while the field holds them, else whole seconds.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, SISL_REQ_FLAGS_TIMEOUT_SECS, SISL_REQ_FLAGS_TIMEOUT_MSECS.
 */
export function requestTimeout(milliseconds: number): RequestTimeout {
  if (milliseconds <= MOST) {
    return { value: milliseconds, flags: SISL_REQ_FLAGS_TIMEOUT_MSECS, milliseconds };
  }
  const value = Math.ceil(milliseconds / 1000);
  return { value, flags: SISL_REQ_FLAGS_TIMEOUT_SECS, milliseconds: value * 1000 };
}
