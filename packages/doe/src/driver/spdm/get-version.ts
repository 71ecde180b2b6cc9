import { SPDM_ERROR_VERSION_MISMATCH, SPDM_VERSION_10 } from '@mdevkit/uapi';
import { decodeGetVersion, encodeVersion, versionEntry } from '../../abi/spdm/index.js';
import { exactly, type Answer, type Exchange } from './exchange.js';
import { PHASE_VERSION } from './phase.js';
import { Refusal } from './refusal.js';

/**
 * Begins anew, whatever was before: sessions and transcripts go (DSP0274 1.2, GET_VERSION request message).
 */
export function getVersion(exchange: Exchange): Answer {
  const { settings, connection, header } = exchange;
  if (header.version !== SPDM_VERSION_10) {
    throw new Refusal(SPDM_ERROR_VERSION_MISMATCH);
  }
  const { length } = decodeGetVersion(exchange.request);
  const message = encodeVersion({ versions: settings.versions.map(versionEntry) });
  return {
    message,
    after: () => {
      connection.forget();
      connection.negotiated.append(exactly(exchange, length));
      connection.negotiated.append(message);
      connection.phase = PHASE_VERSION;
    },
  };
}
