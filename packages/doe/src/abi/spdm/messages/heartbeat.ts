import { SPDM_HEARTBEAT, SPDM_HEARTBEAT_ACK } from '@mdevkit/uapi';
import type { SpdmContext } from '../context.js';
import { decodePlain, writeHeader, type Decoded, type PlainMessage } from './header.js';

/** Source: DSP0274 1.2, HEARTBEAT. */
export function encodeHeartbeat({ version }: PlainMessage): Uint8Array {
  return writeHeader(version, SPDM_HEARTBEAT).finish();
}

export function decodeHeartbeat(bytes: Uint8Array, context: SpdmContext): Decoded<PlainMessage> {
  const { message, length } = decodePlain(bytes, SPDM_HEARTBEAT, context);
  return { message: { version: message.version }, length };
}

/** Source: DSP0274 1.2, HEARTBEAT_ACK. */
export function encodeHeartbeatAck({ version }: PlainMessage): Uint8Array {
  return writeHeader(version, SPDM_HEARTBEAT_ACK).finish();
}

export function decodeHeartbeatAck(bytes: Uint8Array, context: SpdmContext): Decoded<PlainMessage> {
  const { message, length } = decodePlain(bytes, SPDM_HEARTBEAT_ACK, context);
  return { message: { version: message.version }, length };
}
