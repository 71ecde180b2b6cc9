import { CdatHeader, CdatSubtable } from '@mdevkit/uapi';
import { byteSum, decodeStructure, type AnyCdatStructure } from '../../abi/cdat/index.js';
import { failure } from '../../errors/index.js';

/** A table that was read. */
export interface ParsedCdat {
  readonly revision: number;
  /** Another number each time that the table has changed. */
  readonly sequence: number;
  /** In the order of their handles; types that are not known are kept as bytes. */
  readonly structures: readonly AnyCdatStructure[];
  /** Bytes that the header counts but the table does not have; 0 normally. Linux reads such a table, too. */
  readonly missing: number;
}

/**
 * Reads a Coherent Device Attribute Table, such as {@link readCdat} gives and a kernel shows in the file CDAT of an
 * endpoint.
 *
 * Source: CDAT 1.04, section 2; Linux drivers/cxl/core/cdat.c and lib/fw_table.c.
 *
 * @throws MdevError EINVAL `doe.cdat-malformed` for a table without a header, one that is longer than its header says, and
 * a structure that is not as long as its type or reaches beyond the end; EIO `doe.cdat-checksum`
 */
export function parseCdat(table: Uint8Array): ParsedCdat {
  if (table.length < CdatHeader.size) {
    throw failure('doe.cdat-malformed', { length: table.length });
  }
  const { length, revision, sequence } = CdatHeader.decode(table);
  if (length < table.length) {
    throw failure('doe.cdat-malformed', { length: table.length, header: length });
  }
  if (byteSum(table) !== 0) {
    throw failure('doe.cdat-checksum');
  }
  return {
    revision,
    sequence,
    structures: structuresOf(table),
    missing: length - table.length,
  };
}

function structuresOf(table: Uint8Array): AnyCdatStructure[] {
  const structures: AnyCdatStructure[] = [];
  let at = CdatHeader.size;
  while (at < table.length) {
    const { type, length } = headerAt(table, at);
    const structure = decodeStructure(type, table.subarray(at + CdatSubtable.size, at + length));
    if (structure === undefined) {
      throw failure('doe.cdat-malformed', { at, type, length });
    }
    structures.push(structure);
    at += length;
  }
  return structures;
}

function headerAt(table: Uint8Array, at: number): { type: number; length: number } {
  if (at + CdatSubtable.size > table.length) {
    throw failure('doe.cdat-malformed', { at });
  }
  const { type, length } = CdatSubtable.decode(table, at);
  if (length < CdatSubtable.size || at + length > table.length) {
    throw failure('doe.cdat-malformed', { at, type, length });
  }
  return { type, length };
}
