import {
  SPDM_CERTIFICATE,
  SPDM_CERTIFICATE_SLOT_SIZE_REQUESTED,
  SPDM_GET_CERTIFICATE,
  SPDM_SLOT_MASK,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import { ByteReader } from '../bytes/reader.js';
import type { SpdmContext, SpdmVersion } from '../context.js';
import { slotOf } from './fields.js';
import { takeAgreedHeader, writeHeader, type Decoded } from './header.js';

/** Bytes of CERTIFICATE before its portion. */
export const CERTIFICATE_HEADER_SIZE = 8;

/** A request for a part of a chain. */
export interface GetCertificate {
  readonly version: SpdmVersion;
  /** 0 .. 7. */
  readonly slot: number;
  /** Bytes, as the next. */
  readonly offset: number;
  readonly length: number;
  /** Only the size of the slot is asked for, offset and length mean nothing; never before version 1.3. */
  readonly slotSizeRequested: boolean;
}

/** A part of a chain. */
export interface Certificate {
  readonly version: SpdmVersion;
  /** 0 .. 7. */
  readonly slot: number;
  readonly portion: Uint8Array;
  /** Bytes of the chain behind the portion. */
  readonly remainder: number;
}

/** Source: DSP0274 1.3, GET_CERTIFICATE. */
export function encodeGetCertificate(message: GetCertificate): Uint8Array {
  const { version, slot, offset, length, slotSizeRequested } = message;
  const attributes =
    version >= SPDM_VERSION_13 && slotSizeRequested ? SPDM_CERTIFICATE_SLOT_SIZE_REQUESTED : 0;
  return writeHeader(version, SPDM_GET_CERTIFICATE, slot, attributes)
    .u16(offset)
    .u16(length)
    .finish();
}

export function decodeGetCertificate(
  bytes: Uint8Array,
  context: SpdmContext,
): Decoded<GetCertificate> {
  const reader = new ByteReader(bytes);
  const { version, param1, param2 } = takeAgreedHeader(reader, SPDM_GET_CERTIFICATE, context);
  const slotSizeRequested =
    version >= SPDM_VERSION_13 && (param2 & SPDM_CERTIFICATE_SLOT_SIZE_REQUESTED) !== 0;
  const slot = slotOf(param1 & SPDM_SLOT_MASK);
  const offset = reader.u16();
  const length = reader.u16();
  const message = { version, slot, offset, length, slotSizeRequested };
  return { message, length: reader.end() };
}

/** Source: DSP0274 1.3, CERTIFICATE. */
export function encodeCertificate({ version, slot, portion, remainder }: Certificate): Uint8Array {
  return writeHeader(version, SPDM_CERTIFICATE, slot)
    .u16(portion.length)
    .u16(remainder)
    .bytes(portion)
    .finish();
}

export function decodeCertificate(bytes: Uint8Array, context: SpdmContext): Decoded<Certificate> {
  const reader = new ByteReader(bytes);
  const { version, param1 } = takeAgreedHeader(reader, SPDM_CERTIFICATE, context);
  const slot = slotOf(param1 & SPDM_SLOT_MASK);
  const length = reader.u16();
  const remainder = reader.u16();
  const portion = reader.bytes(length);
  return { message: { version, slot, portion, remainder }, length: reader.end() };
}
