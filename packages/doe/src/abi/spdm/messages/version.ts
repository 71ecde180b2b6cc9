import { SPDM_GET_VERSION, SPDM_VERSION, SPDM_VERSION_10 } from '@mdevkit/uapi';
import { ByteReader, malformed } from '../bytes/reader.js';
import { spdmVersions, type SpdmVersion } from '../context.js';
import { takeKnownHeader, writeHeader, type Decoded, type PlainMessage } from './header.js';

/** The versions of the responder. */
export interface VersionMessage {
  /** 16 bits each: major 15:12, minor 11:8, update 7:4, alpha 3:0. At least one. */
  readonly versions: readonly number[];
}

/** GET_VERSION: always of version 1.0 (DSP0274 1.2, GET_VERSION). */
export function encodeGetVersion(): Uint8Array {
  return writeHeader(SPDM_VERSION_10, SPDM_GET_VERSION).finish();
}

export function decodeGetVersion(bytes: Uint8Array): Decoded<PlainMessage> {
  const reader = new ByteReader(bytes);
  const { version } = takeKnownHeader(reader, SPDM_GET_VERSION);
  if (version !== SPDM_VERSION_10) throw malformed('GET_VERSION of another version than 1.0');
  return { message: { version }, length: reader.end() };
}

export function encodeVersion({ versions }: VersionMessage): Uint8Array {
  const writer = writeHeader(SPDM_VERSION_10, SPDM_VERSION).u8(0).u8(versions.length);
  for (const version of versions) writer.u16(version);
  return writer.finish();
}

export function decodeVersion(bytes: Uint8Array): Decoded<VersionMessage> {
  const reader = new ByteReader(bytes);
  const { version } = takeKnownHeader(reader, SPDM_VERSION);
  if (version !== SPDM_VERSION_10) throw malformed('VERSION of another version than 1.0');
  reader.skip(1);
  const count = reader.u8();
  if (count === 0) throw malformed('no version');
  const versions = Array.from({ length: count }, () => reader.u16());
  return { message: { versions }, length: reader.end() };
}

/** How VERSION lists a version: without update and alpha. */
export function versionEntry(version: SpdmVersion): number {
  return version << 8;
}

/** Those of the list that are spoken here, the newest first; alpha versions are not. */
export function knownVersions({ versions }: VersionMessage): readonly SpdmVersion[] {
  return spdmVersions.filter((known) =>
    versions.some((entry) => entry >> 8 === known && (entry & 0xf) === 0),
  );
}
