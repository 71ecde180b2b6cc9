import {
  SPDM_CHALLENGE,
  SPDM_CHALLENGE_AUTH,
  SPDM_NONCE_SIZE,
  SPDM_SLOT_MASK,
} from '@mdevkit/uapi';
import { ByteReader } from '../bytes/reader.js';
import type { NegotiatedContext, SpdmContext, SpdmVersion } from '../context.js';
import {
  slotOf,
  summaryTypeOf,
  takeContext,
  takeOpaque,
  writeContext,
  writeOpaque,
  type SummaryType,
} from './fields.js';
import { takeAgreedHeader, writeHeader, type Decoded } from './header.js';

/** Asks for a signature with the key of a slot. */
export interface Challenge {
  readonly version: SpdmVersion;
  /** 0 .. 7. */
  readonly slot: number;
  readonly summaryType: SummaryType;
  /** 32 bytes. */
  readonly nonce: Uint8Array;
  /** 8 bytes; from version 1.3 on. */
  readonly context?: Uint8Array;
}

/** Everything of a CHALLENGE_AUTH that its signature is over. */
export interface ChallengeAuthBody {
  readonly version: SpdmVersion;
  /** 0 .. 7. */
  readonly slot: number;
  /** Slots that have a chain, a bit each. */
  readonly slotMask: number;
  /** Of the whole chain of the slot. */
  readonly certChainHash: Uint8Array;
  /** 32 bytes, of the responder. */
  readonly nonce: Uint8Array;
  /** There if one was asked for. */
  readonly summaryHash?: Uint8Array;
  readonly opaque: Uint8Array;
  /** As the requester sent it, 8 bytes; from version 1.3 on. */
  readonly context?: Uint8Array;
}

export interface ChallengeAuth extends ChallengeAuthBody {
  readonly signature: Uint8Array;
  /** Bytes before the signature. */
  readonly signedLength: number;
}

/** Source: DSP0274 1.3, CHALLENGE. */
export function encodeChallenge(message: Challenge): Uint8Array {
  const { version, slot, summaryType, nonce, context } = message;
  const writer = writeHeader(version, SPDM_CHALLENGE, slot, summaryType);
  writer.sized('a nonce', nonce, SPDM_NONCE_SIZE);
  return writeContext(writer, version, context).finish();
}

export function decodeChallenge(bytes: Uint8Array, agreed: SpdmContext): Decoded<Challenge> {
  const reader = new ByteReader(bytes);
  const { version, param1, param2 } = takeAgreedHeader(reader, SPDM_CHALLENGE, agreed);
  const slot = slotOf(param1);
  const summaryType = summaryTypeOf(param2);
  const nonce = reader.bytes(SPDM_NONCE_SIZE);
  const context = takeContext(reader, version);
  const message = { version, slot, summaryType, nonce, ...(context && { context }) };
  return { message, length: reader.end() };
}

/** Without a signature: the bytes that the signature is over. Source: DSP0274 1.3, CHALLENGE_AUTH. */
export function encodeChallengeAuth(body: ChallengeAuthBody, signature?: Uint8Array): Uint8Array {
  const { version, summaryHash, opaque, context } = body;
  const writer = writeHeader(version, SPDM_CHALLENGE_AUTH, body.slot, body.slotMask)
    .bytes(body.certChainHash)
    .sized('a nonce', body.nonce, SPDM_NONCE_SIZE);
  if (summaryHash) writer.bytes(summaryHash);
  writeContext(writeOpaque(writer, opaque), version, context);
  if (signature) writer.bytes(signature);
  return writer.finish();
}

/** `summary`: whether a summary hash was asked for, and the responder measures. */
export function decodeChallengeAuth(
  bytes: Uint8Array,
  agreed: NegotiatedContext,
  { summary }: { readonly summary: boolean },
): Decoded<ChallengeAuth> {
  const { hash, signature: scheme } = agreed.algorithms;
  const reader = new ByteReader(bytes);
  const { version, param1, param2 } = takeAgreedHeader(reader, SPDM_CHALLENGE_AUTH, agreed);
  const slot = slotOf(param1 & SPDM_SLOT_MASK);
  const certChainHash = reader.bytes(hash.size);
  const nonce = reader.bytes(SPDM_NONCE_SIZE);
  const summaryHash = summary ? reader.bytes(hash.size) : undefined;
  const opaque = takeOpaque(reader);
  const context = takeContext(reader, version);
  const signedLength = reader.offset;
  const signature = reader.bytes(scheme.size);
  const message = {
    ...{ version, slot, slotMask: param2, certChainHash, nonce, opaque, signature, signedLength },
    ...(summaryHash && { summaryHash }),
    ...(context && { context }),
  };
  return { message, length: reader.end() };
}
