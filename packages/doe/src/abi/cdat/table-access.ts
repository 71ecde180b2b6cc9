import {
  CXL_DOE_PROTOCOL_TABLE_ACCESS,
  CXL_DOE_TABLE_ACCESS_REQ_CODE_READ,
  CXL_DOE_TABLE_ACCESS_TABLE_TYPE_CDATA,
  CxlTableAccess,
  PCI_VENDOR_ID_CXL,
} from '@mdevkit/uapi';
import type { DoeObjectId } from '../object/index.js';

/** CXL Table Access (CXL 3.1, section 8.1.11). */
export const tableAccessId: DoeObjectId = {
  vendor: PCI_VENDOR_ID_CXL,
  type: CXL_DOE_PROTOCOL_TABLE_ACCESS,
};

/** An answer: bytes of one entry, and the handle of the next. */
export interface TableEntry {
  /** CXL_DOE_TABLE_ACCESS_LAST_ENTRY after the last. */
  readonly next: number;
  readonly bytes: Uint8Array;
}

/** Asks for an entry, 0 .. 0xfffe; 0 is the header of the table. */
export function encodeReadEntry(handle: number): Uint8Array {
  return CxlTableAccess.encode({ entry_handle: handle });
}

/** The handle that is asked for; undefined for what is no request to read an entry of a CDAT. */
export function decodeReadEntry(payload: Uint8Array): number | undefined {
  return accessHandle(payload);
}

export function encodeTableEntry({ next, bytes }: TableEntry): Uint8Array {
  const payload = new Uint8Array(CxlTableAccess.size + bytes.length);
  CxlTableAccess.encode({ entry_handle: next }, payload);
  payload.set(bytes, CxlTableAccess.size);
  return payload;
}

/** Undefined for what is no entry of a CDAT. `bytes` is a window into the payload. */
export function decodeTableEntry(payload: Uint8Array): TableEntry | undefined {
  const next = accessHandle(payload);
  return next === undefined ? undefined : { next, bytes: payload.subarray(CxlTableAccess.size) };
}

function accessHandle(payload: Uint8Array): number | undefined {
  if (payload.length < CxlTableAccess.size) {
    return undefined;
  }
  const { code, table_type: type, entry_handle: handle } = CxlTableAccess.decode(payload);
  return code === CXL_DOE_TABLE_ACCESS_REQ_CODE_READ &&
    type === CXL_DOE_TABLE_ACCESS_TABLE_TYPE_CDATA
    ? handle
    : undefined;
}
