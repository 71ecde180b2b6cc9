import { SPDM_KEY_EXCHANGE_RSP, SPDM_NONCE_SIZE } from '@mdevkit/uapi';
import { ByteReader, malformed } from '../bytes/reader.js';
import type { NegotiatedContext, SpdmVersion } from '../context.js';
import { takeOpaque, writeOpaque } from './fields.js';
import { takeAgreedHeader, writeHeader, type Decoded } from './header.js';

/** Everything of a KEY_EXCHANGE_RSP that its signature is over. */
export interface KeyExchangeRspBody {
  readonly version: SpdmVersion;
  /** Seconds; 0: no heartbeats. */
  readonly heartbeatPeriod: number;
  /** The responder's half of the session id, 16 bits. */
  readonly sessionId: number;
  /** SPDM_MUT_AUTH_*; 0: the requester is not authenticated. */
  readonly mutAuth: number;
  /** Slot of the requester, if it is authenticated. */
  readonly requesterSlot: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** X and Y of a fresh point. */
  readonly exchangeData: Uint8Array;
  /** There if one was asked for. */
  readonly summaryHash?: Uint8Array;
  readonly opaque: Uint8Array;
}

export interface KeyExchangeRsp extends KeyExchangeRspBody {
  readonly signature: Uint8Array;
  /** Bytes before the signature. */
  readonly signedLength: number;
  /** Not there if the handshake is in the clear. */
  readonly hmac?: Uint8Array;
  /** Bytes before the HMAC. */
  readonly hmacOffset: number;
}

/** The responder's half above the requester's (DSP0274 1.2, Session identification). */
export function sessionIdOf(requester: number, responder: number): number {
  return ((responder << 16) | requester) >>> 0;
}

/**
 * Without a signature: the bytes that the signature is over. Without an HMAC: those that the HMAC
 * is over. Source: DSP0274 1.2, KEY_EXCHANGE_RSP.
 */
export function encodeKeyExchangeRsp(
  body: KeyExchangeRspBody,
  signature?: Uint8Array,
  hmac?: Uint8Array,
): Uint8Array {
  const writer = writeHeader(body.version, SPDM_KEY_EXCHANGE_RSP, body.heartbeatPeriod)
    .u16(body.sessionId)
    .u8(body.mutAuth)
    .u8(body.requesterSlot)
    .sized('random data', body.random, SPDM_NONCE_SIZE)
    .bytes(body.exchangeData);
  if (body.summaryHash) writer.bytes(body.summaryHash);
  writeOpaque(writer, body.opaque);
  if (signature) writer.bytes(signature);
  if (hmac) writer.bytes(hmac);
  return writer.finish();
}

/**
 * `summary`: whether a summary hash was asked for, and the responder measures. `hmac`: whether there
 * is one, which is so unless both sides do the handshake in the clear.
 */
export function decodeKeyExchangeRsp(
  bytes: Uint8Array,
  context: NegotiatedContext,
  parts: { readonly summary: boolean; readonly hmac: boolean },
): Decoded<KeyExchangeRsp> {
  const { hash, signature: scheme } = context.algorithms;
  const reader = new ByteReader(bytes);
  const { version, param1 } = takeAgreedHeader(reader, SPDM_KEY_EXCHANGE_RSP, context);
  const sessionId = reader.u16();
  const mutAuth = reader.u8();
  const requesterSlot = reader.u8();
  const random = reader.bytes(SPDM_NONCE_SIZE);
  const exchangeData = reader.bytes(dheSizeOf(context));
  const summaryHash = parts.summary ? reader.bytes(hash.size) : undefined;
  const opaque = takeOpaque(reader);
  const signedLength = reader.offset;
  const signature = reader.bytes(scheme.size);
  const hmacOffset = reader.offset;
  const hmac = parts.hmac ? reader.bytes(hash.size) : undefined;
  const message = {
    ...{ version, heartbeatPeriod: param1, sessionId, mutAuth, requesterSlot },
    ...{ random, exchangeData, opaque, signature, signedLength, hmacOffset },
    ...(summaryHash && { summaryHash }),
    ...(hmac && { hmac }),
  };
  return { message, length: reader.end() };
}

/** Bytes of a point. @throws MdevError doe.spdm-malformed if no group was negotiated */
export function dheSizeOf({ algorithms }: NegotiatedContext): number {
  if (!algorithms.dhe) throw malformed('no key exchange was negotiated');
  return algorithms.dhe.size;
}
