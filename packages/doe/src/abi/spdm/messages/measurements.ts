import {
  SPDM_GET_MEASUREMENTS,
  SPDM_MEASUREMENTS,
  SPDM_MEASUREMENTS_CHANGE_MASK,
  SPDM_MEASUREMENTS_NEW,
  SPDM_MEASUREMENTS_RAW,
  SPDM_MEASUREMENTS_SIGNATURE,
  SPDM_NONCE_SIZE,
  SPDM_SLOT_MASK,
  SPDM_VERSION_11,
  SPDM_VERSION_12,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import { ByteReader } from '../bytes/reader.js';
import type { NegotiatedContext, SpdmContext, SpdmVersion } from '../context.js';
import { decodeBlocks, type MeasurementBlock } from '../measurements/block.js';
import { slotOf, takeContext, takeOpaque, writeContext, writeOpaque } from './fields.js';
import { takeAgreedHeader, writeHeader, type Decoded } from './header.js';

/** Asks for measurements. */
export interface GetMeasurements {
  readonly version: SpdmVersion;
  /** SPDM_MEASUREMENTS_COUNT, SPDM_MEASUREMENTS_ALL, or an index. */
  readonly operation: number;
  /** Values as they are, not as hashes; never before version 1.2. */
  readonly raw: boolean;
  /** Only measurements that take effect at the next reset; never before version 1.3. */
  readonly pending: boolean;
  /** A signature is asked for, with this nonce, 32 bytes … */
  readonly nonce?: Uint8Array;
  /** … and with the key of this slot, 0 .. 7; 0 in version 1.0. */
  readonly slot: number;
  /** 8 bytes; from version 1.3 on. */
  readonly context?: Uint8Array;
}

/** Everything of MEASUREMENTS that its signature is over. */
export interface MeasurementsBody {
  readonly version: SpdmVersion;
  /** How many there are in all; only in the answer to SPDM_MEASUREMENTS_COUNT. */
  readonly count: number;
  /** 0 .. 7; 0 without a signature, and in version 1.0. */
  readonly slot: number;
  /** SPDM_MEASUREMENTS_CHANGED …; 0 before version 1.2. */
  readonly contentChanged: number;
  /** How many blocks the record has. */
  readonly blockCount: number;
  readonly record: Uint8Array;
  /** 32 bytes, of the responder. */
  readonly nonce: Uint8Array;
  readonly opaque: Uint8Array;
  /** As the requester sent it, 8 bytes; from version 1.3 on. */
  readonly context?: Uint8Array;
}

export interface Measurements extends MeasurementsBody {
  readonly blocks: readonly MeasurementBlock[];
  readonly signature?: Uint8Array;
  /** Bytes before the signature, or of the whole message if it has none. */
  readonly signedLength: number;
}

/** Source: DSP0274 1.3, GET_MEASUREMENTS. */
export function encodeGetMeasurements(message: GetMeasurements): Uint8Array {
  const { version, operation, raw, pending, nonce, slot, context } = message;
  const attributes =
    (nonce ? SPDM_MEASUREMENTS_SIGNATURE : 0) |
    (raw ? SPDM_MEASUREMENTS_RAW : 0) |
    (pending ? SPDM_MEASUREMENTS_NEW : 0);
  const writer = writeHeader(
    version,
    SPDM_GET_MEASUREMENTS,
    attributes & attributesOf(version),
    operation,
  );
  if (nonce) {
    writer.sized('a nonce', nonce, SPDM_NONCE_SIZE);
    if (version >= SPDM_VERSION_11) writer.u8(slot);
  }
  return writeContext(writer, version, context).finish();
}

export function decodeGetMeasurements(
  bytes: Uint8Array,
  agreed: SpdmContext,
): Decoded<GetMeasurements> {
  const reader = new ByteReader(bytes);
  const { version, param1, param2 } = takeAgreedHeader(reader, SPDM_GET_MEASUREMENTS, agreed);
  const attributes = param1 & attributesOf(version);
  const signed = (attributes & SPDM_MEASUREMENTS_SIGNATURE) !== 0;
  const nonce = signed ? reader.bytes(SPDM_NONCE_SIZE) : undefined;
  const slot = signed && version >= SPDM_VERSION_11 ? slotOf(reader.u8() & SPDM_SLOT_MASK) : 0;
  const context = takeContext(reader, version);
  const message = {
    version,
    operation: param2,
    raw: (attributes & SPDM_MEASUREMENTS_RAW) !== 0,
    pending: (attributes & SPDM_MEASUREMENTS_NEW) !== 0,
    slot,
    ...(nonce && { nonce }),
    ...(context && { context }),
  };
  return { message, length: reader.end() };
}

/** Without a signature: the bytes that one would be over. Source: DSP0274 1.3, MEASUREMENTS. */
export function encodeMeasurements(body: MeasurementsBody, signature?: Uint8Array): Uint8Array {
  const { version, count, slot, contentChanged, record } = body;
  const changed = version >= SPDM_VERSION_12 ? contentChanged : 0;
  const writer = writeHeader(version, SPDM_MEASUREMENTS, count, slot | changed)
    .u8(body.blockCount)
    .u24(record.length)
    .bytes(record)
    .sized('a nonce', body.nonce, SPDM_NONCE_SIZE);
  writeContext(writeOpaque(writer, body.opaque), version, body.context);
  if (signature) writer.bytes(signature);
  return writer.finish();
}

/** `signed`: whether a signature was asked for. */
export function decodeMeasurements(
  bytes: Uint8Array,
  agreed: NegotiatedContext,
  { signed }: { readonly signed: boolean },
): Decoded<Measurements> {
  const reader = new ByteReader(bytes);
  const { version, param1, param2 } = takeAgreedHeader(reader, SPDM_MEASUREMENTS, agreed);
  const slot = signed && version >= SPDM_VERSION_11 ? slotOf(param2 & SPDM_SLOT_MASK) : 0;
  const contentChanged = version >= SPDM_VERSION_12 ? param2 & SPDM_MEASUREMENTS_CHANGE_MASK : 0;
  const blockCount = reader.u8();
  const record = reader.bytes(reader.u24());
  const blocks = decodeBlocks(record, blockCount);
  const nonce = reader.bytes(SPDM_NONCE_SIZE);
  const opaque = takeOpaque(reader);
  const context = takeContext(reader, version);
  const signedLength = reader.offset;
  const signature = signed ? reader.bytes(agreed.algorithms.signature.size) : undefined;
  const message = {
    ...{ version, count: param1, slot, contentChanged, blockCount, record, blocks, nonce, opaque },
    ...(context && { context }),
    ...(signature && { signature }),
    signedLength,
  };
  return { message, length: reader.end() };
}

/** Bits that are reserved in the version mean nothing. */
function attributesOf(version: SpdmVersion): number {
  if (version >= SPDM_VERSION_13) {
    return SPDM_MEASUREMENTS_SIGNATURE | SPDM_MEASUREMENTS_RAW | SPDM_MEASUREMENTS_NEW;
  }
  return version >= SPDM_VERSION_12
    ? SPDM_MEASUREMENTS_SIGNATURE | SPDM_MEASUREMENTS_RAW
    : SPDM_MEASUREMENTS_SIGNATURE;
}
