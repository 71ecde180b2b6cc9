export { byteSum } from './checksum.js';
export { decodeStructure } from './decode-structure.js';
export { encodeStructure } from './encode-structure.js';
export type {
  AnyCdatStructure,
  CdatStructure,
  Dsemts,
  Dsis,
  Dslbis,
  Dsmas,
  Dsmscis,
  Sslbis,
  SslbisEntry,
  UnknownStructure,
} from './structures.js';
export {
  decodeReadEntry,
  decodeTableEntry,
  encodeReadEntry,
  encodeTableEntry,
  tableAccessId,
  type TableEntry,
} from './table-access.js';
