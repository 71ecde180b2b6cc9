import { CDAT_REVISION, CdatHeader, CXL_DOE_TABLE_ACCESS_LAST_ENTRY } from '@mdevkit/uapi';
import { byteSum, encodeStructure, type CdatStructure } from '../../abi/cdat/index.js';
import { checkStructures } from './check-structures.js';

/** What a table is made of. */
export interface CdatDeclaration {
  /** Changes with the table, 32 bits; 0 by default. */
  readonly sequence?: number;
  /** In the order of their handles, which start at 1. */
  readonly structures: readonly CdatStructure[];
}

/** A table as a device has it: immutable. */
export interface CdatTable {
  readonly sequence: number;
  readonly structures: readonly CdatStructure[];
  /** The whole table. */
  readonly bytes: Uint8Array;
  /** By handle: the header, and then one structure each. */
  readonly entries: readonly Uint8Array[];
}

/** Handles that are left for structures: 0 is the header, and the largest number ends a table. */
const MOST_STRUCTURES = CXL_DOE_TABLE_ACCESS_LAST_ENTRY - 1;

/**
 * Makes a Coherent Device Attribute Table: header, structures and checksum.
 *
 * Source: CDAT 1.04, section 2.
 *
 * @throws RangeError if a value does not fit its field, a handle is given to two ranges or names none, ranges overlap, or a
 * part reaches beyond its range
 */
export function cdatTable({ sequence = 0, structures }: CdatDeclaration): CdatTable {
  if (structures.length > MOST_STRUCTURES) {
    throw new RangeError(
      `a CDAT has ${MOST_STRUCTURES} structures at most, not ${structures.length}`,
    );
  }
  checkStructures(structures);
  const encoded = structures.map(encodeStructure);
  const length = encoded.reduce((sum, { length }) => sum + length, CdatHeader.size);
  const bytes = new Uint8Array(length);
  CdatHeader.encode({ length, revision: CDAT_REVISION, sequence }, bytes);
  const entries = [bytes.subarray(0, CdatHeader.size)];
  let at = CdatHeader.size;
  for (const structure of encoded) {
    bytes.set(structure, at);
    entries.push(bytes.subarray(at, at + structure.length));
    at += structure.length;
  }
  new DataView(bytes.buffer).setUint8(CdatHeader.fields.checksum.offset, -byteSum(bytes) & 0xff);
  return { sequence, structures: [...structures], bytes, entries };
}
