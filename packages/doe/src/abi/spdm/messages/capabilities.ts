import {
  SPDM_CAPABILITIES,
  SPDM_GET_CAPABILITIES,
  SPDM_GET_CAPABILITIES_SUPPORTED_ALGORITHMS,
  SPDM_VERSION_10,
  SPDM_VERSION_12,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import { ByteReader } from '../bytes/reader.js';
import type { SpdmVersion } from '../context.js';
import { takeKnownHeader, writeHeader, type Decoded } from './header.js';

/** 2^20 microseconds: the second that a data object may take (PCI Express Base Specification 6.0, section 6.30.2). */
export const CT_EXPONENT = 20;

/** What a side can do: GET_CAPABILITIES of the requester, CAPABILITIES of the responder. */
export interface Capabilities {
  readonly version: SpdmVersion;
  /** Time for cryptography: 2^n microseconds. 0 in a request of version 1.0. */
  readonly ctExponent: number;
  /** SPDM_CAP_*. 0 in a request of version 1.0. */
  readonly flags: number;
  /** The most bytes of one transfer; from version 1.2 on. */
  readonly dataTransferSize?: number;
  /** The most bytes of a message; from version 1.2 on. */
  readonly maxMessageSize?: number;
  /** Of a request, the block of supported algorithms is asked for (its first parameter, bit 0); from version 1.3 on. */
  readonly algorithmsRequested?: boolean;
}

/** 4 bytes in version 1.0, 12 in 1.1, 20 from 1.2 on (DSP0274 1.3, GET_CAPABILITIES). */
export function encodeGetCapabilities(message: Capabilities): Uint8Array {
  return message.version === SPDM_VERSION_10
    ? writeHeader(message.version, SPDM_GET_CAPABILITIES).finish()
    : encode(SPDM_GET_CAPABILITIES, message, requestAttributes(message));
}

export function decodeGetCapabilities(bytes: Uint8Array): Decoded<Capabilities> {
  const reader = new ByteReader(bytes);
  const { version, param1 } = takeKnownHeader(reader, SPDM_GET_CAPABILITIES);
  if (version === SPDM_VERSION_10) {
    return { message: { version, ctExponent: 0, flags: 0 }, length: reader.end() };
  }
  const { message, length } = takeBody(reader, version);
  return requestsAlgorithms(version, param1)
    ? { message: { ...message, algorithmsRequested: true }, length }
    : { message, length };
}

/** 12 bytes up to version 1.1, 20 from 1.2 on (DSP0274 1.3, CAPABILITIES). */
export function encodeCapabilities(message: Capabilities): Uint8Array {
  return encode(SPDM_CAPABILITIES, message);
}

export function decodeCapabilities(bytes: Uint8Array): Decoded<Capabilities> {
  const reader = new ByteReader(bytes);
  const { version } = takeKnownHeader(reader, SPDM_CAPABILITIES);
  return takeBody(reader, version);
}

function requestAttributes({ version, algorithmsRequested = false }: Capabilities): number {
  return version >= SPDM_VERSION_13 && algorithmsRequested
    ? SPDM_GET_CAPABILITIES_SUPPORTED_ALGORITHMS
    : 0;
}

/** Before version 1.3 the parameter is reserved. */
function requestsAlgorithms(version: SpdmVersion, param1: number): boolean {
  return version >= SPDM_VERSION_13 && (param1 & SPDM_GET_CAPABILITIES_SUPPORTED_ALGORITHMS) !== 0;
}

function encode(code: number, message: Capabilities, attributes = 0): Uint8Array {
  const { version, dataTransferSize, maxMessageSize } = message;
  const writer = writeHeader(version, code, attributes);
  writer.u8(0).u8(message.ctExponent).u16(0).u32(message.flags);
  if (version >= SPDM_VERSION_12) writer.u32(dataTransferSize ?? 0).u32(maxMessageSize ?? 0);
  return writer.finish();
}

function takeBody(reader: ByteReader, version: SpdmVersion): Decoded<Capabilities> {
  reader.skip(1);
  const ctExponent = reader.u8();
  reader.skip(2);
  const flags = reader.u32();
  const message = { version, ctExponent, flags };
  if (version < SPDM_VERSION_12) return { message, length: reader.end() };
  const sizes = { dataTransferSize: reader.u32(), maxMessageSize: reader.u32() };
  return { message: { ...message, ...sizes }, length: reader.end() };
}
