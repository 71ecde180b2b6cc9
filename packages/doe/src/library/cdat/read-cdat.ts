import { CdatHeader, CdatSubtable, CXL_DOE_TABLE_ACCESS_LAST_ENTRY } from '@mdevkit/uapi';
import {
  byteSum,
  decodeTableEntry,
  encodeReadEntry,
  tableAccessId,
  type TableEntry,
} from '../../abi/cdat/index.js';
import { failure } from '../../errors/index.js';
import type { DoeTransport, ExchangeOptions } from '../mailbox/index.js';

export interface ReadCdatOptions extends ExchangeOptions {
  /** Bytes of the longest table that is read; 1 MiB by default. */
  readonly maxLength?: number;
  /** How often a table is read anew because it changed meanwhile; 3 by default. */
  readonly retries?: number;
}

const MAX_LENGTH = 0x10_0000;
const RETRIES = 3;

/**
 * Reads the Coherent Device Attribute Table of a device: the header, then entry after entry, and the header again. If that
 * has changed, so has the table, and all of it is read once more. The bytes are what Linux shows in the file CDAT of an
 * endpoint: what the header counts beyond the last entry is left out.
 *
 * Source: Linux drivers/cxl/core/pci.c, cxl_cdat_get_length, cxl_cdat_read_table, cdat_checksum; CDAT 1.04, section 2.
 *
 * @throws MdevError EIO `doe.cdat-answer`, `doe.cdat-length`, `doe.cdat-handle`, `doe.cdat-checksum`; EAGAIN
 * `doe.cdat-changing`; what the transport throws
 */
export async function readCdat(
  transport: DoeTransport,
  options: ReadCdatOptions = {},
): Promise<Uint8Array> {
  const reader = new CdatReader(transport, options);
  for (let attempt = 0; attempt <= (options.retries ?? RETRIES); attempt++) {
    const table = await reader.attempt();
    if (table !== undefined) {
      return table;
    }
  }
  throw failure('doe.cdat-changing');
}

class CdatReader {
  readonly #transport: DoeTransport;
  readonly #maxLength: number;
  readonly #exchangeOptions: ExchangeOptions;

  constructor(transport: DoeTransport, { signal, maxLength = MAX_LENGTH }: ReadCdatOptions) {
    this.#transport = transport;
    this.#maxLength = maxLength;
    this.#exchangeOptions = signal === undefined ? {} : { signal };
  }

  /** The table, or undefined if it changed meanwhile. */
  async attempt(): Promise<Uint8Array | undefined> {
    const first = await this.#header();
    const walked = await this.#walk(first).catch((error: unknown) => ({ error }));
    // A change in the middle breaks the rules of a walk as a broken device does: it is told by the sequence alone.
    const last = await this.#header().catch((error: unknown) => {
      throw 'error' in walked ? walked.error : error;
    });
    if (!sameBytes(first.bytes, last.bytes)) {
      return undefined;
    }
    if ('error' in walked) {
      throw walked.error;
    }
    if (byteSum(walked.table) !== 0) {
      throw failure('doe.cdat-checksum');
    }
    return walked.table;
  }

  async #header(): Promise<TableEntry> {
    const entry = await this.#entry(0);
    if (entry.bytes.length !== CdatHeader.size) {
      throw failure('doe.cdat-answer', { handle: 0, length: entry.bytes.length });
    }
    return entry;
  }

  async #walk(header: TableEntry): Promise<{ table: Uint8Array }> {
    const { length } = CdatHeader.decode(header.bytes);
    if (length < CdatHeader.size || length > this.#maxLength) {
      throw failure('doe.cdat-length', { length });
    }
    const table = new Uint8Array(length);
    table.set(header.bytes);
    const seen = new Set([0]);
    let filled = CdatHeader.size;
    let handle = header.next;
    while (handle !== CXL_DOE_TABLE_ACCESS_LAST_ENTRY) {
      if (seen.has(handle)) {
        throw failure('doe.cdat-handle', { handle });
      }
      seen.add(handle);
      const entry = await this.#entry(handle);
      this.#checkStructure(handle, entry.bytes, length - filled);
      table.set(entry.bytes, filled);
      filled += entry.bytes.length;
      handle = entry.next;
    }
    return { table: table.subarray(0, filled) };
  }

  #checkStructure(handle: number, bytes: Uint8Array, room: number): void {
    const whole =
      bytes.length >= CdatSubtable.size &&
      bytes.length === CdatSubtable.decode(bytes).length &&
      bytes.length <= room;
    if (!whole) {
      throw failure('doe.cdat-answer', { handle, length: bytes.length, room });
    }
  }

  async #entry(handle: number): Promise<TableEntry> {
    const { vendor, type } = tableAccessId;
    const request = encodeReadEntry(handle);
    const payload = await this.#transport.exchange(vendor, type, request, this.#exchangeOptions);
    const entry = decodeTableEntry(payload);
    if (entry === undefined) {
      throw failure('doe.cdat-answer', { handle, length: payload.length });
    }
    return entry;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
