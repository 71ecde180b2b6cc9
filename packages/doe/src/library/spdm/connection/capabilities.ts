import {
  SPDM_CAP_CERT,
  SPDM_CAP_CHAL,
  SPDM_CAP_CHUNK,
  SPDM_CAP_ENCRYPT,
  SPDM_CAP_HANDSHAKE_IN_THE_CLEAR,
  SPDM_CAP_HBEAT,
  SPDM_CAP_KEY_EX,
  SPDM_CAP_KEY_UPD,
  SPDM_CAP_MAC,
  SPDM_CAP_MEAS,
  SPDM_CAP_PSK,
  SPDM_CAP_PUB_KEY_ID,
  SPDM_MAX_CT_EXPONENT,
  SPDM_MIN_DATA_TRANSFER_SIZE,
  SPDM_VERSION_11,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import type { Capabilities, SpdmVersion } from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';

/** What this side can do in sessions; outside of them it needs no flag. */
export const SESSION_CAPABILITIES =
  SPDM_CAP_ENCRYPT | SPDM_CAP_MAC | SPDM_CAP_KEY_EX | SPDM_CAP_HBEAT | SPDM_CAP_KEY_UPD;

/** Every flag of version 1.0; the others are reserved there. */
const FLAGS_10 = 0x3f;

/** What a device can do. */
export interface DeviceCapabilities {
  /** SPDM_CAP_*, without bits that are reserved in the version. */
  readonly flags: number;
  /** The most bytes of a request. */
  readonly requestSize: number;
}

/**
 * Checks what a device says of itself, as far as a requester depends on it.
 *
 * Source: DSP0274 1.3, CAPABILITIES response message.
 *
 * @throws MdevError EPROTO `doe.spdm-capabilities`
 */
export function checkCapabilities(version: SpdmVersion, message: Capabilities): DeviceCapabilities {
  const flags = version >= SPDM_VERSION_11 ? message.flags : message.flags & FLAGS_10;
  const has = (bits: number): boolean => (flags & bits) !== 0;
  demand('ctExponent', message.ctExponent <= SPDM_MAX_CT_EXPONENT);
  demand('measurements', (flags & SPDM_CAP_MEAS) !== SPDM_CAP_MEAS);
  demand('challenge', !has(SPDM_CAP_CHAL) || has(SPDM_CAP_CERT | SPDM_CAP_PUB_KEY_ID));
  const protects = has(SPDM_CAP_ENCRYPT | SPDM_CAP_MAC);
  const exchanges = has(SPDM_CAP_KEY_EX | SPDM_CAP_PSK);
  demand('session', protects === exchanges);
  const ofSessions = SPDM_CAP_HBEAT | SPDM_CAP_KEY_UPD | SPDM_CAP_HANDSHAKE_IN_THE_CLEAR;
  demand('session', exchanges || !has(ofSessions));
  if (version < SPDM_VERSION_12) {
    return { flags, requestSize: Number.POSITIVE_INFINITY };
  }
  const { dataTransferSize = 0, maxMessageSize = 0 } = message;
  demand('dataTransferSize', dataTransferSize >= SPDM_MIN_DATA_TRANSFER_SIZE);
  demand('maxMessageSize', maxMessageSize >= dataTransferSize);
  demand('chunks', has(SPDM_CAP_CHUNK) || maxMessageSize === dataTransferSize);
  return { flags, requestSize: dataTransferSize };
}

/** @throws MdevError EPROTONOSUPPORT `doe.spdm-capability` if the device has none of the bits */
export function needCapability(flags: number, bits: number, what: string): void {
  if ((flags & bits) === 0) {
    throw failure('doe.spdm-capability', { what });
  }
}

function demand(what: string, holds: boolean): void {
  if (!holds) {
    throw failure('doe.spdm-capabilities', { what });
  }
}
