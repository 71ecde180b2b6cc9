import {
  PCI_DOE_DATA_OBJECT_DISC_REQ_3_INDEX,
  PCI_DOE_DATA_OBJECT_DISC_REQ_3_VER,
  PCI_DOE_DATA_OBJECT_DISC_RSP_3_NEXT_INDEX,
  PCI_DOE_DATA_OBJECT_DISC_RSP_3_PROTOCOL,
  PCI_DOE_DATA_OBJECT_DISC_RSP_3_VID,
} from '@mdevkit/uapi';
import type { DoeObjectId } from './object-id.js';

/** Which feature is asked for. */
export interface DiscoveryRequest {
  /** 8 bits. */
  readonly index: number;
  /** 0 for a capability of version 1, 2 for a later one. */
  readonly version: number;
}

/** The feature at an index. */
export interface DiscoveryResponse extends DoeObjectId {
  /** Of the next one; 0 after the last. */
  readonly next: number;
}

/** What discovery can list: an index has 8 bits. */
export const MOST_INDEXES = 256;

/** Features of one DOE Capability at the most; index 0 is discovery's own. */
export const MOST_FEATURES = MOST_INDEXES - 1;

/** The vendor in the answer to an index that there is not. */
export const NO_VENDOR = 0xffff;

/** Source: PCI Express Base Specification 6.1, section 6.30.1.1. */
export function encodeDiscoveryRequest({ index, version }: DiscoveryRequest): Uint8Array {
  return word((index & 0xff) | ((version & 0xff) << 8));
}

/** Undefined for a payload that has no word. */
export function decodeDiscoveryRequest(payload: Uint8Array): DiscoveryRequest | undefined {
  const value = firstWord(payload);
  return value === undefined
    ? undefined
    : {
        index: value & PCI_DOE_DATA_OBJECT_DISC_REQ_3_INDEX,
        version: (value & PCI_DOE_DATA_OBJECT_DISC_REQ_3_VER) >>> 8,
      };
}

export function encodeDiscoveryResponse({ vendor, type, next }: DiscoveryResponse): Uint8Array {
  return word((vendor & 0xffff) | ((type & 0xff) << 16) | ((next & 0xff) << 24));
}

/** Undefined for a payload that has no word. A later specification may put more words behind the first. */
export function decodeDiscoveryResponse(payload: Uint8Array): DiscoveryResponse | undefined {
  const value = firstWord(payload);
  return value === undefined
    ? undefined
    : {
        vendor: value & PCI_DOE_DATA_OBJECT_DISC_RSP_3_VID,
        type: (value & PCI_DOE_DATA_OBJECT_DISC_RSP_3_PROTOCOL) >>> 16,
        next: (value & PCI_DOE_DATA_OBJECT_DISC_RSP_3_NEXT_INDEX) >>> 24,
      };
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
  return bytes;
}

function firstWord(payload: Uint8Array): number | undefined {
  return payload.length < 4
    ? undefined
    : new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
}
