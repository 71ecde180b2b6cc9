import type { MdevError } from '@mdevkit/core';

/*
 * What stands between whoever asks (the registers of a DOE Capability, a grant, a child device) and the features.
 */

/** Whoever asks. Exchanges of one requester are answered in their order, requesters take turns. */
export interface DoeRequester {
  /** For reports. */
  readonly name: string;
  /** What it may ask: the features that the registers own, or one that it was granted. */
  readonly kind: 'registers' | 'auxiliary' | 'grant';
}

/** How an exchange ended. */
export type DoeOutcome =
  /** A whole data object, header included, of whole words. */
  | { readonly kind: 'response'; readonly object: Uint8Array }
  /** Nothing happens at all: the request was no valid object of its feature. */
  | { readonly kind: 'discard' }
  | { readonly kind: 'error'; readonly reason: MdevError };

/** One exchange that was asked for. */
export interface DoeExchange {
  /** Nobody waits any more: no outcome comes after this. Idempotent. */
  cancel(): void;
  /**
   * The feature that was asked has not settled yet, though the exchange is over (cancelled, or out of time). Undefined if
   * nothing runs; otherwise it resolves, and never rejects, when the feature has settled.
   */
  readonly unsettled: Promise<void> | undefined;
}

/** The way to the features of one instance. */
export interface DoeExchangePort {
  /**
   * Asks for the answer to a whole data object, whose length was checked, and which belongs to the callee until the
   * outcome. `done` is called exactly once, before this returns or later, unless the exchange is cancelled first.
   */
  submit(
    requester: DoeRequester,
    object: Uint8Array,
    done: (outcome: DoeOutcome) => void,
  ): DoeExchange;
}

/** Bounds of one instance. */
export interface DoeLimits {
  /**
   * Milliseconds from Go to Data Object Ready or Error.
   *
   * Source: PCI Express Base Specification 6.0, section 6.30.2.
   */
  readonly responseMs: number;
  /**
   * Milliseconds of any other exchange (of a grant, of a child device), from its start: less than half a response, so that
   * registers that wait behind it have more than half of their second left.
   */
  readonly grantMs: number;
  /**
   * For how long an abort shows Busy while the feature that was asked works on, from the first abort of the exchange on.
   * Nothing else waits for it: what is over holds up its own feature alone.
   */
  readonly abortMs: number;
  /** Exchanges of one requester that wait. */
  readonly queued: number;
  /** Words of the longest object that is taken, header included: 3 .. 2^18. */
  readonly objectWords: number;
}

export const DEFAULT_LIMITS: DoeLimits = {
  responseMs: 1000,
  grantMs: 450,
  abortMs: 500,
  queued: 16,
  objectWords: 0x4_0000,
};
