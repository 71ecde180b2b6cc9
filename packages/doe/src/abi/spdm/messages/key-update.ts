import {
  SPDM_KEY_UPDATE,
  SPDM_KEY_UPDATE_ACK,
  SPDM_KEY_UPDATE_UPDATE_KEY,
  SPDM_KEY_UPDATE_VERIFY_NEW_KEY,
} from '@mdevkit/uapi';
import { malformed } from '../bytes/reader.js';
import type { SpdmContext, SpdmVersion } from '../context.js';
import { decodePlain, writeHeader, type Decoded } from './header.js';

/** Asks for new keys, or says that they are in use; the response repeats it. */
export interface KeyUpdate {
  readonly version: SpdmVersion;
  /** SPDM_KEY_UPDATE_UPDATE_KEY, …_UPDATE_ALL_KEYS, …_VERIFY_NEW_KEY. */
  readonly operation: number;
  /** 8 bits, of the requester's choice. */
  readonly tag: number;
}

/** Source: DSP0274 1.2, KEY_UPDATE. */
export function encodeKeyUpdate({ version, operation, tag }: KeyUpdate): Uint8Array {
  return writeHeader(version, SPDM_KEY_UPDATE, operation, tag).finish();
}

export function decodeKeyUpdate(bytes: Uint8Array, context: SpdmContext): Decoded<KeyUpdate> {
  return decode(bytes, SPDM_KEY_UPDATE, context);
}

/** Source: DSP0274 1.2, KEY_UPDATE_ACK. */
export function encodeKeyUpdateAck({ version, operation, tag }: KeyUpdate): Uint8Array {
  return writeHeader(version, SPDM_KEY_UPDATE_ACK, operation, tag).finish();
}

export function decodeKeyUpdateAck(bytes: Uint8Array, context: SpdmContext): Decoded<KeyUpdate> {
  return decode(bytes, SPDM_KEY_UPDATE_ACK, context);
}

function decode(bytes: Uint8Array, code: number, context: SpdmContext): Decoded<KeyUpdate> {
  const { message, length } = decodePlain(bytes, code, context);
  const { version, param1: operation, param2: tag } = message;
  if (operation < SPDM_KEY_UPDATE_UPDATE_KEY || operation > SPDM_KEY_UPDATE_VERIFY_NEW_KEY) {
    throw malformed('key operation');
  }
  return { message: { version, operation, tag }, length };
}
