import { MdevError } from '@mdevkit/core';
import { failure } from '../../../errors/index.js';
import type { DoeTransport } from '../../mailbox/index.js';

/**
 * The same transport, whose errors have a reason each: also one that is no MdevError says something about the way to the
 * device. Mistakes of a program (TypeError, RangeError) stay what they are.
 *
 * @throws MdevError of the transport; EIO `doe.spdm-transport`; ECANCELED `doe.spdm-cancelled` once the signal was aborted
 */
export function withReasons(transport: DoeTransport): DoeTransport {
  return {
    async exchange(vendor, type, payload, options) {
      try {
        return await transport.exchange(vendor, type, payload, options);
      } catch (error) {
        if (MdevError.is(error) || error instanceof TypeError || error instanceof RangeError) {
          throw error;
        }
        if (options?.signal?.aborted === true) {
          throw failure('doe.spdm-cancelled', {}, error);
        }
        const why = error instanceof Error ? error.message : String(error);
        throw failure('doe.spdm-transport', { error: why }, error);
      }
    },
  };
}
