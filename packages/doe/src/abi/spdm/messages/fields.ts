import {
  SPDM_MAX_OPAQUE_SIZE,
  SPDM_REQUESTER_CONTEXT_SIZE,
  SPDM_SLOT_COUNT,
  SPDM_SUMMARY_ALL,
  SPDM_SUMMARY_NONE,
  SPDM_SUMMARY_TCB,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import { malformed, type ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';
import type { SpdmVersion } from '../context.js';

/** Which measurements a summary hash covers: none, those of the trusted computing base, all. */
export type SummaryType =
  typeof SPDM_SUMMARY_NONE | typeof SPDM_SUMMARY_TCB | typeof SPDM_SUMMARY_ALL;

/** @throws MdevError doe.spdm-malformed for any other value */
export function summaryTypeOf(value: number): SummaryType {
  switch (value) {
    case SPDM_SUMMARY_NONE:
    case SPDM_SUMMARY_TCB:
    case SPDM_SUMMARY_ALL:
      return value;
    default:
      throw malformed('summary type');
  }
}

/** A slot of certificates. @throws MdevError doe.spdm-malformed for one that there cannot be */
export function slotOf(value: number): number {
  if (value >= SPDM_SLOT_COUNT) throw malformed('slot');
  return value;
}

/** Opaque data, behind its length. */
export function takeOpaque(reader: ByteReader): Uint8Array {
  const length = reader.u16();
  if (length > SPDM_MAX_OPAQUE_SIZE) throw malformed('opaque data too long');
  return reader.bytes(length);
}

export function writeOpaque(writer: ByteWriter, opaque: Uint8Array): ByteWriter {
  if (opaque.length > SPDM_MAX_OPAQUE_SIZE) {
    throw new RangeError(`opaque data has at most ${SPDM_MAX_OPAQUE_SIZE} bytes`);
  }
  return writer.u16(opaque.length).bytes(opaque);
}

/** The requester's context, which there is from version 1.3 on (DSP0274 1.3, CHALLENGE, RequesterContext). */
export function takeContext(reader: ByteReader, version: SpdmVersion): Uint8Array | undefined {
  return version >= SPDM_VERSION_13 ? reader.bytes(SPDM_REQUESTER_CONTEXT_SIZE) : undefined;
}

/** Zeros if the message has none. */
export function writeContext(
  writer: ByteWriter,
  version: SpdmVersion,
  context: Uint8Array | undefined,
): ByteWriter {
  if (version < SPDM_VERSION_13) return writer;
  const bytes = context ?? new Uint8Array(SPDM_REQUESTER_CONTEXT_SIZE);
  return writer.sized("a requester's context", bytes, SPDM_REQUESTER_CONTEXT_SIZE);
}
