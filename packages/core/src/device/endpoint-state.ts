import { failure, type MdevError } from '../errors/index.js';

/**
 * Where a device is in its life with a client. `open` is the only state in which it answers.
 *
 *     closed → opening → open → closing → closed
 *                          └──────────→ revoked      (for good)
 */
export type EndpointState = 'closed' | 'opening' | 'open' | 'closing' | 'revoked';

/** Why a device in this state does not answer. */
export function refusal(state: EndpointState, resetting: boolean): MdevError {
  if (state === 'revoked') {
    return failure('device.revoked');
  }
  if (state !== 'open') {
    return failure('device.not-open');
  }
  return resetting ? failure('device.resetting') : failure('device.failed');
}
