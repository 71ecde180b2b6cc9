import { SPDM_DIGESTS, SPDM_GET_DIGESTS, SPDM_SLOT_COUNT, SPDM_VERSION_13 } from '@mdevkit/uapi';
import { ByteReader } from '../bytes/reader.js';
import type { NegotiatedContext, SpdmContext, SpdmVersion } from '../context.js';
import {
  decodePlain,
  takeAgreedHeader,
  writeHeader,
  type Decoded,
  type PlainMessage,
} from './header.js';

/** The hashes of the certificate chains. */
export interface Digests {
  readonly version: SpdmVersion;
  /** Slots that there are, a bit each; 0 before version 1.3. */
  readonly supportedMask: number;
  /** Slots that have a chain, a bit each. */
  readonly slotMask: number;
  /** Of those slots, in their order. */
  readonly digests: readonly Uint8Array[];
}

/** Source: DSP0274 1.2, GET_DIGESTS. */
export function encodeGetDigests({ version }: PlainMessage): Uint8Array {
  return writeHeader(version, SPDM_GET_DIGESTS).finish();
}

export function decodeGetDigests(bytes: Uint8Array, context: SpdmContext): Decoded<PlainMessage> {
  const { message, length } = decodePlain(bytes, SPDM_GET_DIGESTS, context);
  return { message: { version: message.version }, length };
}

/** @throws RangeError unless there is a digest for each bit of the slot mask */
export function encodeDigests(message: Digests): Uint8Array {
  const { version, supportedMask, slotMask, digests } = message;
  if (digests.length !== slotsOf(slotMask).length) {
    throw new RangeError(`slot mask ${slotMask} does not fit ${digests.length} digests`);
  }
  const supported = version >= SPDM_VERSION_13 ? supportedMask : 0;
  const writer = writeHeader(version, SPDM_DIGESTS, supported, slotMask);
  for (const digest of digests) writer.bytes(digest);
  return writer.finish();
}

/** Without the fields of several key pairs (DSP0274 1.3, DIGESTS, MULTI_KEY_CONN), which is never negotiated. */
export function decodeDigests(bytes: Uint8Array, context: NegotiatedContext): Decoded<Digests> {
  const reader = new ByteReader(bytes);
  const { version, param1, param2 } = takeAgreedHeader(reader, SPDM_DIGESTS, context);
  const { size } = context.algorithms.hash;
  const digests = slotsOf(param2).map(() => reader.bytes(size));
  const supportedMask = version >= SPDM_VERSION_13 ? param1 : 0;
  return { message: { version, supportedMask, slotMask: param2, digests }, length: reader.end() };
}

/** The slots of a mask, the lowest first. */
export function slotsOf(mask: number): readonly number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < SPDM_SLOT_COUNT; slot += 1) {
    if ((mask >> slot) & 1) slots.push(slot);
  }
  return slots;
}
