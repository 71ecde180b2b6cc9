import {
  SPDM_CAP_CERT,
  SPDM_CAP_CHAL,
  SPDM_CAP_CHUNK,
  SPDM_CAP_ENCRYPT,
  SPDM_CAP_HBEAT,
  SPDM_CAP_KEY_EX,
  SPDM_CAP_KEY_UPD,
  SPDM_CAP_MAC,
  SPDM_CAP_MEAS_FRESH,
  SPDM_CAP_MEAS_SIG,
  SPDM_ERROR_VERSION_MISMATCH,
  SPDM_MAX_CT_EXPONENT,
  SPDM_MIN_DATA_TRANSFER_SIZE,
  SPDM_VERSION_11,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import {
  CT_EXPONENT,
  decodeGetCapabilities,
  encodeCapabilities,
  type Capabilities,
  type SpdmVersion,
} from '../../abi/spdm/index.js';
import { flagsAgree } from './capability-rules.js';
import { exactly, type Answer, type Exchange } from './exchange.js';
import type { SpdmSettings } from './options.js';
import { PHASE_CAPABILITIES } from './phase.js';
import { invalidRequest, Refusal } from './refusal.js';

/** What sessions need of both sides: messages are enciphered and have a tag. */
export const CAPS_OF_SESSIONS = SPDM_CAP_KEY_EX | SPDM_CAP_ENCRYPT | SPDM_CAP_MAC;

/** What the responder can do, in the terms of a version (DSP0274 1.2, CAPABILITIES response message). */
export function responderFlags(settings: SpdmSettings, version: SpdmVersion): number {
  const measures = settings.measurements !== undefined;
  const sessions = settings.sessions > 0 && version >= SPDM_VERSION_11;
  return (
    SPDM_CAP_CERT |
    SPDM_CAP_CHAL |
    (measures ? SPDM_CAP_MEAS_SIG | SPDM_CAP_MEAS_FRESH : 0) |
    (sessions ? CAPS_OF_SESSIONS | SPDM_CAP_HBEAT | SPDM_CAP_KEY_UPD : 0)
  );
}

/** Source: DSP0274 1.2, GET_CAPABILITIES request message. */
export function getCapabilities(exchange: Exchange): Answer {
  const { settings, connection, header } = exchange;
  if (!settings.versions.some((version) => version === header.version)) {
    throw new Refusal(SPDM_ERROR_VERSION_MISMATCH);
  }
  const { message, length } = decodeGetCapabilities(exchange.request);
  const { version, flags } = message;
  if (!flagsAgree(flags, version) || !sizesAgree(message)) {
    throw invalidRequest();
  }
  const response = encodeCapabilities({
    version,
    ctExponent: CT_EXPONENT,
    flags: responderFlags(settings, version),
    dataTransferSize: settings.maxMessageSize,
    maxMessageSize: settings.maxMessageSize,
  });
  return {
    message: response,
    after: () => {
      connection.version = version;
      connection.requester = { flags, room: message.dataTransferSize ?? Infinity };
      connection.negotiated.append(exactly(exchange, length));
      connection.negotiated.append(response);
      connection.phase = PHASE_CAPABILITIES;
    },
  };
}

/** Without chunks, a message is one transfer, and none has room for the supported algorithms. */
function sizesAgree(message: Capabilities): boolean {
  if (message.ctExponent > SPDM_MAX_CT_EXPONENT) {
    return false;
  }
  if (message.version < SPDM_VERSION_12) {
    return true;
  }
  const chunks = (message.flags & SPDM_CAP_CHUNK) !== 0;
  const { dataTransferSize: transfer = 0, maxMessageSize: most = 0 } = message;
  return (
    transfer >= SPDM_MIN_DATA_TRANSFER_SIZE &&
    transfer <= most &&
    (chunks || (transfer === most && message.algorithmsRequested !== true))
  );
}
