import {
  SPDM_SECURED_OPAQUE_ELEMENT_VERSION,
  SPDM_SECURED_OPAQUE_ID_DMTF,
  SPDM_SECURED_OPAQUE_SPEC_ID,
  SPDM_SECURED_OPAQUE_SUPPORTED_VERSIONS,
  SPDM_SECURED_OPAQUE_VERSION_SELECTION,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import { ByteReader, malformed } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';
import type { SpdmVersion } from '../context.js';

/** Version of the table's format, before SPDM 1.2. */
const TABLE_VERSION = 1;
const ALIGNMENT = 4;

/**
 * Opaque data of KEY_EXCHANGE: versions of secured messages that the requester knows
 * (SPDM_SECURED_VERSION_*).
 *
 * Source: DSP0277 1.1, section Secured Message opaque element.
 */
export function encodeSupportedVersions(
  version: SpdmVersion,
  versions: readonly number[],
): Uint8Array {
  const data = element(SPDM_SECURED_OPAQUE_SUPPORTED_VERSIONS).u8(versions.length);
  for (const entry of versions) data.u16(entry);
  return encodeTable(version, data.finish());
}

/** Empty if there is no such element. @throws MdevError doe.spdm-malformed */
export function decodeSupportedVersions(
  version: SpdmVersion,
  opaque: Uint8Array,
): readonly number[] {
  const reader = findElement(version, opaque, SPDM_SECURED_OPAQUE_SUPPORTED_VERSIONS);
  if (!reader) return [];
  const count = reader.u8();
  return Array.from({ length: count }, () => reader.u16());
}

/** Opaque data of KEY_EXCHANGE_RSP: the version that the responder chose. */
export function encodeSelectedVersion(version: SpdmVersion, selected: number): Uint8Array {
  const data = element(SPDM_SECURED_OPAQUE_VERSION_SELECTION).u16(selected).finish();
  return encodeTable(version, data);
}

/** Undefined if there is no such element. @throws MdevError doe.spdm-malformed */
export function decodeSelectedVersion(
  version: SpdmVersion,
  opaque: Uint8Array,
): number | undefined {
  return findElement(version, opaque, SPDM_SECURED_OPAQUE_VERSION_SELECTION)?.u16();
}

function element(id: number): ByteWriter {
  return new ByteWriter().u8(SPDM_SECURED_OPAQUE_ELEMENT_VERSION).u8(id);
}

function encodeTable(version: SpdmVersion, data: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  if (version >= SPDM_VERSION_12) writer.u8(1).zeros(3);
  else writer.u32(SPDM_SECURED_OPAQUE_SPEC_ID).u8(TABLE_VERSION).u8(1).u16(0);
  writer.u8(SPDM_SECURED_OPAQUE_ID_DMTF).u8(0).u16(data.length).bytes(data);
  return writer.zeros(paddingOf(writer.length)).finish();
}

function findElement(
  version: SpdmVersion,
  opaque: Uint8Array,
  wanted: number,
): ByteReader | undefined {
  const reader = new ByteReader(opaque);
  let found: ByteReader | undefined;
  for (let left = takeCount(reader, version); left > 0; left -= 1) {
    const owner = reader.u8();
    reader.skip(reader.u8());
    const data = reader.bytes(reader.u16());
    if (left > 1 || reader.remaining > 0) reader.skip(paddingOf(reader.offset));
    if (owner === SPDM_SECURED_OPAQUE_ID_DMTF) found ??= elementOf(data, wanted);
  }
  reader.end();
  return found;
}

function elementOf(data: Uint8Array, wanted: number): ByteReader | undefined {
  const reader = new ByteReader(data);
  const known = reader.u8() === SPDM_SECURED_OPAQUE_ELEMENT_VERSION;
  return reader.u8() === wanted && known ? reader : undefined;
}

function takeCount(reader: ByteReader, version: SpdmVersion): number {
  if (reader.remaining === 0) return 0;
  if (version >= SPDM_VERSION_12) {
    const count = reader.u8();
    reader.skip(3);
    return count;
  }
  if (reader.u32() !== SPDM_SECURED_OPAQUE_SPEC_ID) throw malformed('owner of opaque data');
  if (reader.u8() !== TABLE_VERSION) throw malformed('version of opaque data');
  const count = reader.u8();
  reader.skip(2);
  return count;
}

function paddingOf(length: number): number {
  return (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
}
