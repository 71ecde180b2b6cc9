import {
  SPDM_ERROR,
  SPDM_ERROR_LARGE_RESPONSE,
  SPDM_ERROR_RESPONSE_NOT_READY,
  SPDM_ERROR_RESPONSE_TOO_LARGE,
  SPDM_ERROR_VENDOR_DEFINED,
} from '@mdevkit/uapi';
import { ByteReader, malformed } from '../bytes/reader.js';
import { readHeader, writeHeader, type Decoded } from './header.js';

/** A refusal. */
export interface ErrorMessage {
  /** What was negotiated, or 1.0; a decoder takes any byte. */
  readonly version: number;
  /** SPDM_ERROR_INVALID_REQUEST … */
  readonly code: number;
  /** 8 bits; the code of the request if that is not supported. */
  readonly data: number;
  /** Of SPDM_ERROR_RESPONSE_NOT_READY, _RESPONSE_TOO_LARGE, _LARGE_RESPONSE and _VENDOR_DEFINED; else empty. */
  readonly extended: Uint8Array;
}

/** What SPDM_ERROR_RESPONSE_NOT_READY says: ask again, with RESPOND_IF_READY. */
export interface NotReady {
  /** Ready in 2^n microseconds … */
  readonly exponent: number;
  /** Code of the request that is worked on. */
  readonly requestCode: number;
  readonly token: number;
  /** … and thrown away after that time, times this. */
  readonly multiplier: number;
}

/** The most bytes of extended error data. */
const MOST_EXTENDED = 32;
const NOT_READY_SIZE = 4;
/** The size that the response would have. */
const TOO_LARGE_SIZE = 4;
const LARGE_RESPONSE_SIZE = 1;

/** Source: DSP0274 1.2, ERROR. */
export function encodeError({ version, code, data, extended }: ErrorMessage): Uint8Array {
  return writeHeader(version, SPDM_ERROR, code, data).bytes(extended).finish();
}

/** Of whatever version. Extended data of a vendor's error keeps the padding, as nothing says where it ends. */
export function decodeError(bytes: Uint8Array): Decoded<ErrorMessage> {
  const { version, code: kind, param1: code, param2: data } = readHeader(bytes);
  if (kind !== SPDM_ERROR) throw malformed('another code');
  const reader = new ByteReader(bytes);
  reader.skip(4);
  const extended = reader.bytes(extendedSize(code, reader.remaining));
  return { message: { version, code, data, extended }, length: reader.end() };
}

/** The extended data of SPDM_ERROR_RESPONSE_NOT_READY. */
export function encodeNotReady(notReady: NotReady): Uint8Array {
  const { exponent, requestCode, token, multiplier } = notReady;
  return Uint8Array.of(exponent, requestCode, token, multiplier);
}

/** Undefined for another error. */
export function notReadyOf({ code, extended }: ErrorMessage): NotReady | undefined {
  if (code !== SPDM_ERROR_RESPONSE_NOT_READY) return undefined;
  const reader = new ByteReader(extended);
  const [exponent, requestCode] = [reader.u8(), reader.u8()];
  return { exponent, requestCode, token: reader.u8(), multiplier: reader.u8() };
}

function extendedSize(code: number, remaining: number): number {
  switch (code) {
    case SPDM_ERROR_RESPONSE_NOT_READY:
      return NOT_READY_SIZE;
    case SPDM_ERROR_RESPONSE_TOO_LARGE:
      return Math.min(remaining, TOO_LARGE_SIZE);
    case SPDM_ERROR_LARGE_RESPONSE:
      return LARGE_RESPONSE_SIZE;
    case SPDM_ERROR_VENDOR_DEFINED:
      return Math.min(remaining, MOST_EXTENDED);
    default:
      return 0;
  }
}
