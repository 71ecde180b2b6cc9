import {
  SPDM_END_SESSION,
  SPDM_END_SESSION_ACK,
  SPDM_END_SESSION_CLEAR_NEGOTIATED_STATE,
} from '@mdevkit/uapi';
import type { SpdmContext, SpdmVersion } from '../context.js';
import { decodePlain, writeHeader, type Decoded, type PlainMessage } from './header.js';

/** Ends a session. */
export interface EndSession {
  readonly version: SpdmVersion;
  /** The negotiated state goes too, if the responder caches it. */
  readonly clearNegotiatedState: boolean;
}

/** Source: DSP0274 1.2, END_SESSION. */
export function encodeEndSession({ version, clearNegotiatedState }: EndSession): Uint8Array {
  const attributes = clearNegotiatedState ? SPDM_END_SESSION_CLEAR_NEGOTIATED_STATE : 0;
  return writeHeader(version, SPDM_END_SESSION, attributes).finish();
}

export function decodeEndSession(bytes: Uint8Array, context: SpdmContext): Decoded<EndSession> {
  const { message, length } = decodePlain(bytes, SPDM_END_SESSION, context);
  const { version, param1 } = message;
  const clearNegotiatedState = (param1 & SPDM_END_SESSION_CLEAR_NEGOTIATED_STATE) !== 0;
  return { message: { version, clearNegotiatedState }, length };
}

/** Source: DSP0274 1.2, END_SESSION_ACK. */
export function encodeEndSessionAck({ version }: PlainMessage): Uint8Array {
  return writeHeader(version, SPDM_END_SESSION_ACK).finish();
}

export function decodeEndSessionAck(
  bytes: Uint8Array,
  context: SpdmContext,
): Decoded<PlainMessage> {
  const { message, length } = decodePlain(bytes, SPDM_END_SESSION_ACK, context);
  return { message: { version: message.version }, length };
}
