import { CXL_DOE_TABLE_ACCESS_LAST_ENTRY } from '@mdevkit/uapi';
import {
  decodeReadEntry,
  encodeTableEntry,
  tableAccessId,
  type CdatStructure,
} from '../../abi/cdat/index.js';
import type { DoeFeature } from '../feature/index.js';
import { cdatTable, type CdatDeclaration, type CdatTable } from './cdat-table.js';

/**
 * CXL Table Access: gives the entries of a device's CDAT, one by one. The table may change at any time; who reads it
 * meanwhile finds another sequence number, and a checksum that is wrong for a mixture of both.
 *
 * Source: CXL 3.1, section 8.1.11.1; CDAT 1.04, section 2.
 */
export class CdatFeature implements DoeFeature {
  readonly vendor = tableAccessId.vendor;
  readonly type = tableAccessId.type;
  #table: CdatTable;

  /** @throws RangeError as {@link cdatTable} does */
  constructor(declaration: CdatDeclaration) {
    this.#table = cdatTable(declaration);
  }

  /** What is read now. */
  get table(): CdatTable {
    return this.#table;
  }

  /**
   * From now on the table is another one, with the next sequence number.
   *
   * @throws RangeError as {@link cdatTable} does; the table stays as it was then
   */
  update(structures: readonly CdatStructure[]): void {
    const sequence = (this.#table.sequence + 1) >>> 0;
    this.#table = cdatTable({ sequence, structures });
  }

  /** Without an answer for what is no request, and for a handle that there is not. */
  handle(request: Uint8Array): Uint8Array | undefined {
    const handle = decodeReadEntry(request);
    const { entries } = this.#table;
    const bytes = handle === undefined ? undefined : entries[handle];
    if (handle === undefined || bytes === undefined) {
      return undefined;
    }
    const next = handle + 1 < entries.length ? handle + 1 : CXL_DOE_TABLE_ACCESS_LAST_ENTRY;
    return encodeTableEntry({ next, bytes });
  }
}
