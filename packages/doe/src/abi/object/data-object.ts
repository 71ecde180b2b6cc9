import {
  PCI_DOE_DATA_OBJECT_HEADER_1_TYPE,
  PCI_DOE_DATA_OBJECT_HEADER_1_VID,
  PCI_DOE_DATA_OBJECT_HEADER_2_LENGTH,
  PCI_DOE_MAX_LENGTH,
} from '@mdevkit/uapi';
import { featureKey, type DoeObjectId } from './object-id.js';

/** Bytes of the two words before the payload. */
export const OBJECT_HEADER_SIZE = 8;

/** The most bytes of a payload. */
export const MOST_PAYLOAD = PCI_DOE_MAX_LENGTH * 4 - OBJECT_HEADER_SIZE;

/** What the two words before a payload say. */
export interface DoeObjectHeader extends DoeObjectId {
  /** Words, header included: 1 .. 2^18. */
  readonly length: number;
}

/**
 * A data object: header, payload, and zeros up to a whole word.
 *
 * Source: PCI Express Base Specification 6.0, section 6.30.1.
 *
 * @throws RangeError if the payload does not fit an object
 */
export function encodeObject(id: DoeObjectId, payload: Uint8Array): Uint8Array {
  if (payload.length > MOST_PAYLOAD) {
    throw new RangeError(`a data object has room for ${MOST_PAYLOAD} bytes, not ${payload.length}`);
  }
  const words = Math.ceil(payload.length / 4) + 2;
  const object = new Uint8Array(words * 4);
  const view = new DataView(object.buffer);
  view.setUint32(0, featureKey(id), true);
  view.setUint32(4, words & PCI_DOE_DATA_OBJECT_HEADER_2_LENGTH, true);
  object.set(payload, OBJECT_HEADER_SIZE);
  return object;
}

/** Reads the two words of a header; reserved bits are ignored (PCI Express Base Specification 6.0, section 6.30.1). */
export function readObjectHeader(first: number, second: number): DoeObjectHeader {
  return {
    vendor: first & PCI_DOE_DATA_OBJECT_HEADER_1_VID,
    type: (first & PCI_DOE_DATA_OBJECT_HEADER_1_TYPE) >>> 16,
    length: second & PCI_DOE_DATA_OBJECT_HEADER_2_LENGTH || PCI_DOE_MAX_LENGTH,
  };
}

/** The header at the beginning of these bytes; words that are not there count as zeros, and a length of 0 as 2^18. */
export function decodeObjectHeader(object: Uint8Array): DoeObjectHeader {
  const view = new DataView(object.buffer, object.byteOffset, object.byteLength);
  const word = (at: number): number => (at + 4 > object.length ? 0 : view.getUint32(at, true));
  return readObjectHeader(word(0), word(4));
}
