import type { Clock } from '@mdevkit/core';
import type { NegotiationWishes, PatienceScope, SpdmLimits } from './connection/index.js';
import type { SeenNonces } from './evidence/index.js';

/** Of one call. */
export interface SpdmCallOptions {
  /** Once it is aborted the call rejects; where that leaves the device is not known. */
  readonly signal?: AbortSignal;
}

/** Of a connection. */
export interface SpdmOptions extends SpdmCallOptions, NegotiationWishes {
  /** For waits: a busy device, one that is not ready. The system's by default. */
  readonly clock?: Clock;
  /** Gives fresh random bytes for nonces: node:crypto's by default. Keys of sessions are always made by node:crypto. */
  readonly random?: (size: number) => Uint8Array;
  /** Nonces that devices have used, shared by whoever shall recognize old answers; the connection's own by default. */
  readonly nonces?: SeenNonces;
  readonly limits?: Partial<SpdmLimits>;
  /** What `totalMs` and `totalRetries` of the limits are of: each call (the default), or all calls of the connection. */
  readonly totalOf?: PatienceScope;
}
