import { SPDM_KEY_EXCHANGE, SPDM_NONCE_SIZE, SPDM_VERSION_12 } from '@mdevkit/uapi';
import { ByteReader } from '../bytes/reader.js';
import type { NegotiatedContext, SpdmVersion } from '../context.js';
import { slotOf, summaryTypeOf, takeOpaque, writeOpaque, type SummaryType } from './fields.js';
import { dheSizeOf } from './key-exchange-rsp.js';
import { takeAgreedHeader, writeHeader, type Decoded } from './header.js';

/** Asks for a session. */
export interface KeyExchange {
  readonly version: SpdmVersion;
  readonly summaryType: SummaryType;
  /** 0 .. 7. */
  readonly slot: number;
  /** The requester's half of the session id, 16 bits. */
  readonly sessionId: number;
  /** SPDM_SESSION_POLICY_*; 0 before version 1.2. */
  readonly sessionPolicy: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** X and Y of a fresh point. */
  readonly exchangeData: Uint8Array;
  readonly opaque: Uint8Array;
}

/** Source: DSP0274 1.2, KEY_EXCHANGE. */
export function encodeKeyExchange(message: KeyExchange): Uint8Array {
  const { version, summaryType, slot, sessionId, opaque } = message;
  const policy = version >= SPDM_VERSION_12 ? message.sessionPolicy : 0;
  const writer = writeHeader(version, SPDM_KEY_EXCHANGE, summaryType, slot)
    .u16(sessionId)
    .u8(policy)
    .u8(0)
    .sized('random data', message.random, SPDM_NONCE_SIZE)
    .bytes(message.exchangeData);
  return writeOpaque(writer, opaque).finish();
}

/** Refused as malformed too if no group was negotiated. */
export function decodeKeyExchange(
  bytes: Uint8Array,
  context: NegotiatedContext,
): Decoded<KeyExchange> {
  const reader = new ByteReader(bytes);
  const { version, param1, param2 } = takeAgreedHeader(reader, SPDM_KEY_EXCHANGE, context);
  const summaryType = summaryTypeOf(param1);
  const slot = slotOf(param2);
  const sessionId = reader.u16();
  const policy = reader.u8();
  const sessionPolicy = version >= SPDM_VERSION_12 ? policy : 0;
  reader.skip(1);
  const random = reader.bytes(SPDM_NONCE_SIZE);
  const exchangeData = reader.bytes(dheSizeOf(context));
  const opaque = takeOpaque(reader);
  const fields = { version, summaryType, slot, sessionId, sessionPolicy };
  return { message: { ...fields, random, exchangeData, opaque }, length: reader.end() };
}
