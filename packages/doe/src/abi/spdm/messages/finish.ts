import { SPDM_FINISH, SPDM_FINISH_RSP, SPDM_FINISH_SIGNATURE_INCLUDED } from '@mdevkit/uapi';
import { ByteReader, malformed } from '../bytes/reader.js';
import type { NegotiatedContext, SpdmVersion } from '../context.js';
import { MESSAGE_HEADER_SIZE, takeAgreedHeader, writeHeader, type Decoded } from './header.js';

/** Ends the handshake; without a signature, as the requester is never authenticated. */
export interface Finish {
  readonly version: SpdmVersion;
  readonly hmac: Uint8Array;
  /** Bytes before the HMAC, which it is over. */
  readonly hmacOffset: number;
}

export interface FinishRsp {
  readonly version: SpdmVersion;
  /** There if the handshake is in the clear. */
  readonly hmac?: Uint8Array;
  /** Bytes before the HMAC, which it is over. */
  readonly hmacOffset: number;
}

/** Without an HMAC: the bytes that it is over. Source: DSP0274 1.2, FINISH. */
export function encodeFinish(
  { version }: { readonly version: SpdmVersion },
  hmac?: Uint8Array,
): Uint8Array {
  return encode(SPDM_FINISH, version, hmac);
}

/** A signature is refused: nobody asked for it. */
export function decodeFinish(bytes: Uint8Array, context: NegotiatedContext): Decoded<Finish> {
  const reader = new ByteReader(bytes);
  const { version, param1 } = takeAgreedHeader(reader, SPDM_FINISH, context);
  if (param1 & SPDM_FINISH_SIGNATURE_INCLUDED) throw malformed('a signature in FINISH');
  const hmac = reader.bytes(context.algorithms.hash.size);
  const message = { version, hmac, hmacOffset: MESSAGE_HEADER_SIZE };
  return { message, length: reader.end() };
}

/** Without an HMAC: the whole message, or the bytes that the HMAC is over. Source: DSP0274 1.2, FINISH_RSP. */
export function encodeFinishRsp(
  { version }: { readonly version: SpdmVersion },
  hmac?: Uint8Array,
): Uint8Array {
  return encode(SPDM_FINISH_RSP, version, hmac);
}

/** `hmac`: whether there is one, which is so if both sides do the handshake in the clear. */
export function decodeFinishRsp(
  bytes: Uint8Array,
  context: NegotiatedContext,
  parts: { readonly hmac: boolean },
): Decoded<FinishRsp> {
  const reader = new ByteReader(bytes);
  const { version } = takeAgreedHeader(reader, SPDM_FINISH_RSP, context);
  const hmac = parts.hmac ? reader.bytes(context.algorithms.hash.size) : undefined;
  const message = { version, ...(hmac && { hmac }), hmacOffset: MESSAGE_HEADER_SIZE };
  return { message, length: reader.end() };
}

function encode(code: number, version: SpdmVersion, hmac: Uint8Array | undefined): Uint8Array {
  const writer = writeHeader(version, code);
  if (hmac) writer.bytes(hmac);
  return writer.finish();
}
