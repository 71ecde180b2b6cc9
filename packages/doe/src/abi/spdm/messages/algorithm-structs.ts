import {
  SPDM_ALG_TYPE_DHE,
  SPDM_ALG_TYPE_KEY_SCHEDULE,
  SPDM_NEGOTIATE_MAX_EXT,
  SPDM_NEGOTIATE_MAX_EXT_10,
  SPDM_VERSION_10,
} from '@mdevkit/uapi';
import { malformed, type ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';
import type { SpdmVersion } from '../context.js';

/** Algorithms of one type. */
export interface AlgorithmStruct {
  /** SPDM_ALG_TYPE_*. */
  readonly type: number;
  /** SPDM_DHE_*, SPDM_AEAD_*, …, 16 bits. */
  readonly supported: number;
  /** Extended algorithms, 32 bits each; at most 15. */
  readonly external: readonly number[];
}

/** Bytes of the fixed algorithms of a structure (upper half of its second byte). */
const FIXED_SIZE = 2;
const EXTERNAL_SIZE = 4;
const STRUCT_SIZE = 4;

/** The most extended algorithms of a message, all together. */
export function mostExternal(version: SpdmVersion): number {
  return version === SPDM_VERSION_10 ? SPDM_NEGOTIATE_MAX_EXT_10 : SPDM_NEGOTIATE_MAX_EXT;
}

/** Bytes of structures and extended algorithms. */
export function structsSize(
  structs: readonly AlgorithmStruct[],
  external: readonly number[],
): number {
  return structs.reduce(
    (sum, struct) => sum + STRUCT_SIZE + struct.external.length * EXTERNAL_SIZE,
    external.length * EXTERNAL_SIZE,
  );
}

export function writeExternal(writer: ByteWriter, external: readonly number[]): void {
  for (const algorithm of external) writer.u32(algorithm);
}

export function takeExternal(reader: ByteReader, count: number): readonly number[] {
  return Array.from({ length: count }, () => reader.u32());
}

export function writeStructs(writer: ByteWriter, structs: readonly AlgorithmStruct[]): void {
  for (const { type, supported, external } of structs) {
    if (external.length > 0xf) throw new RangeError('at most 15 extended algorithms of one type');
    writer
      .u8(type)
      .u8((FIXED_SIZE << 4) | external.length)
      .u16(supported);
    writeExternal(writer, external);
  }
}

/** Refuses unknown types, and types that do not increase (DSP0274 1.2, NEGOTIATE_ALGORITHMS, AlgStructure). */
export function takeStructs(
  reader: ByteReader,
  count: number,
  room: number,
): readonly AlgorithmStruct[] {
  const structs: AlgorithmStruct[] = [];
  let last = SPDM_ALG_TYPE_DHE - 1;
  let left = room;
  for (let at = 0; at < count; at += 1) {
    const type = reader.u8();
    if (type <= last || type > SPDM_ALG_TYPE_KEY_SCHEDULE) throw malformed('algorithm type');
    last = type;
    const sizes = reader.u8();
    if (sizes >> 4 !== FIXED_SIZE) throw malformed('fixed algorithms');
    const supported = reader.u16();
    left -= sizes & 0xf;
    if (left < 0) throw malformed('too many extended algorithms');
    structs.push({ type, supported, external: takeExternal(reader, sizes & 0xf) });
  }
  return structs;
}
