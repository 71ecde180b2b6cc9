import {
  SPDM_ALGORITHMS,
  SPDM_NEGOTIATE_ALGORITHMS,
  SPDM_NEGOTIATE_MAX_LENGTH,
  SPDM_NEGOTIATE_MAX_LENGTH_10,
  SPDM_VERSION_10,
  SPDM_VERSION_12,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import { ByteReader, malformed } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';
import type { SpdmContext, SpdmVersion } from '../context.js';
import {
  mostExternal,
  structsSize,
  takeExternal,
  takeStructs,
  writeExternal,
  writeStructs,
  type AlgorithmStruct,
} from './algorithm-structs.js';
import { takeAgreedHeader, writeHeader, type Decoded } from './header.js';

export type { AlgorithmStruct } from './algorithm-structs.js';

/** What the requester offers. */
export interface NegotiateAlgorithms {
  readonly version: SpdmVersion;
  /** SPDM_MEAS_SPEC_DMTF or 0. */
  readonly measurementSpec: number;
  /** SPDM_OPAQUE_FORMAT_*; 0 before version 1.2. */
  readonly otherParams: number;
  /** SPDM_ASYM_*, several. */
  readonly baseAsym: number;
  /** SPDM_HASH_*, several. */
  readonly baseHash: number;
  /** Specifications of the measurement extension log; 0 before version 1.3. */
  readonly melSpec: number;
  /** Extended algorithms, 32 bits each. */
  readonly extAsym: readonly number[];
  readonly extHash: readonly number[];
  /** Types strictly increasing; none in version 1.0. */
  readonly structs: readonly AlgorithmStruct[];
}

/** What the responder chose: one bit, or none, of each field. */
export interface AlgorithmsMessage extends NegotiateAlgorithms {
  /** SPDM_MEAS_HASH_*. */
  readonly measurementHash: number;
}

const REQUEST_SIZE = 32;
const RESPONSE_SIZE = 36;

/** Source: DSP0274 1.3, NEGOTIATE_ALGORITHMS. */
export function encodeNegotiateAlgorithms(message: NegotiateAlgorithms): Uint8Array {
  const writer = begin(SPDM_NEGOTIATE_ALGORITHMS, REQUEST_SIZE, message);
  writer.u32(message.baseAsym).u32(message.baseHash).zeros(12);
  writer.u8(message.extAsym.length).u8(message.extHash.length).u8(0).u8(melSpecOf(message));
  return finish(writer, message);
}

/** Refuses also more bytes or more extended algorithms than the version allows. */
export function decodeNegotiateAlgorithms(
  bytes: Uint8Array,
  context: SpdmContext,
): Decoded<NegotiateAlgorithms> {
  const reader = new ByteReader(bytes);
  const { version, param1 } = takeAgreedHeader(reader, SPDM_NEGOTIATE_ALGORITHMS, context);
  const start = takeStart(reader, version);
  if (start.length > mostLength(version)) throw malformed('longer than the version allows');
  const baseAsym = reader.u32();
  const baseHash = reader.u32();
  reader.skip(12);
  const asymCount = reader.u8();
  const hashCount = reader.u8();
  reader.skip(1);
  const melSpec = reader.u8();
  const tail = takeTail(reader, version, { param1, asymCount, hashCount, length: start.length });
  const { measurementSpec, otherParams } = start;
  const fields = { version, measurementSpec, otherParams, baseAsym, baseHash };
  const message = { ...fields, melSpec: since13(version, melSpec), ...tail };
  return { message, length: reader.end() };
}

/** Source: DSP0274 1.3, ALGORITHMS. */
export function encodeAlgorithms(message: AlgorithmsMessage): Uint8Array {
  const writer = begin(SPDM_ALGORITHMS, RESPONSE_SIZE, message);
  writer.u32(message.measurementHash).u32(message.baseAsym).u32(message.baseHash).zeros(11);
  writer.u8(melSpecOf(message)).u8(message.extAsym.length).u8(message.extHash.length).u16(0);
  return finish(writer, message);
}

export function decodeAlgorithms(
  bytes: Uint8Array,
  context: SpdmContext,
): Decoded<AlgorithmsMessage> {
  const reader = new ByteReader(bytes);
  const { version, param1 } = takeAgreedHeader(reader, SPDM_ALGORITHMS, context);
  const start = takeStart(reader, version);
  const measurementHash = reader.u32();
  const baseAsym = reader.u32();
  const baseHash = reader.u32();
  reader.skip(11);
  const melSpec = reader.u8();
  const asymCount = reader.u8();
  const hashCount = reader.u8();
  reader.skip(2);
  const tail = takeTail(reader, version, { param1, asymCount, hashCount, length: start.length });
  const { measurementSpec, otherParams } = start;
  const fields = { version, measurementSpec, otherParams, measurementHash, baseAsym, baseHash };
  const message = { ...fields, melSpec: since13(version, melSpec), ...tail };
  return { message, length: reader.end() };
}

function mostLength(version: SpdmVersion): number {
  return version === SPDM_VERSION_10 ? SPDM_NEGOTIATE_MAX_LENGTH_10 : SPDM_NEGOTIATE_MAX_LENGTH;
}

function since13(version: SpdmVersion, value: number): number {
  return version >= SPDM_VERSION_13 ? value : 0;
}

function melSpecOf({ version, melSpec }: NegotiateAlgorithms): number {
  return since13(version, melSpec);
}

function structsOf({ version, structs }: NegotiateAlgorithms): readonly AlgorithmStruct[] {
  return version === SPDM_VERSION_10 ? [] : structs;
}

function begin(code: number, size: number, message: NegotiateAlgorithms): ByteWriter {
  const { version, measurementSpec, extAsym, extHash } = message;
  const structs = structsOf(message);
  const length = size + structsSize(structs, [...extAsym, ...extHash]);
  const otherParams = version >= SPDM_VERSION_12 ? message.otherParams : 0;
  return writeHeader(version, code, structs.length).u16(length).u8(measurementSpec).u8(otherParams);
}

function finish(writer: ByteWriter, message: NegotiateAlgorithms): Uint8Array {
  writeExternal(writer, message.extAsym);
  writeExternal(writer, message.extHash);
  writeStructs(writer, structsOf(message));
  return writer.finish();
}

interface Start {
  readonly length: number;
  readonly measurementSpec: number;
  readonly otherParams: number;
}

function takeStart(reader: ByteReader, version: SpdmVersion): Start {
  const length = reader.u16();
  const measurementSpec = reader.u8();
  const otherParams = reader.u8();
  return { length, measurementSpec, otherParams: version >= SPDM_VERSION_12 ? otherParams : 0 };
}

interface Counts {
  readonly param1: number;
  readonly asymCount: number;
  readonly hashCount: number;
  readonly length: number;
}

function takeTail(
  reader: ByteReader,
  version: SpdmVersion,
  { param1, asymCount, hashCount, length }: Counts,
): Pick<NegotiateAlgorithms, 'extAsym' | 'extHash' | 'structs'> {
  const room = mostExternal(version) - asymCount - hashCount;
  if (room < 0) throw malformed('too many extended algorithms');
  const extAsym = takeExternal(reader, asymCount);
  const extHash = takeExternal(reader, hashCount);
  const structs = takeStructs(reader, version === SPDM_VERSION_10 ? 0 : param1, room);
  if (reader.offset !== length) throw malformed('length');
  return { extAsym, extHash, structs };
}
