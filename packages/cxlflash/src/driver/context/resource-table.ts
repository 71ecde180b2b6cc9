import type { AddressSpace } from '@mdevkit/core';
import { SislRhtEntryF1 } from '@mdevkit/uapi';
import { MAX_RESOURCES } from '../../abi/index.js';
import { failure } from '../../errors/index.js';

const ENTRY_BYTES = SislRhtEntryF1.size;
const { fields } = SislRhtEntryF1;
const FORMAT_PHYSICAL = 0x10;
const VALID = 0x80n;

/** Bytes of a table: a page. */
export const TABLE_BYTES = MAX_RESOURCES * ENTRY_BYTES;

const FREE = 0;
const USED = 1;
/** Released, but a command may still use it. */
const DRAINING = 2;

/**
 * The resource table of a context, from the driver's side: a page of the driver's own memory, which the AFU reads for every
 * command. An entry is complete before it can be seen, and cannot be seen before it is taken apart.
 *
 * Source: drivers/scsi/cxlflash/vlun.c, rht_format1; superpipe.c, rhte_checkout, rhte_checkin, _cxlflash_disk_release.
 */
export class ResourceTable implements Disposable {
  /** Where the AFU finds it. */
  readonly start: number;
  readonly #space: AddressSpace;
  readonly #page = new DataView(new ArrayBuffer(TABLE_BYTES));
  readonly #states = new Uint8Array(MAX_RESOURCES);
  readonly #barrier: () => void;

  /** `barrier` stands between two steps that the AFU must see in this order. */
  constructor(space: AddressSpace, start: number, barrier: () => void = () => undefined) {
    this.#space = space;
    this.#barrier = barrier;
    this.start = start;
    space.map({ iova: start, memory: new Uint8Array(this.#page.buffer), write: false });
  }

  /** The lowest entry that is free, and stays invisible. Throws EMFILE `cxlflash.resources`. */
  take(): number {
    const handle = this.#states.indexOf(FREE);
    if (handle < 0) {
      throw failure('cxlflash.resources', { resources: MAX_RESOURCES });
    }
    this.#states[handle] = USED;
    return handle;
  }

  /** Shows an entry to the AFU: the word that makes it valid goes last. */
  publish(handle: number, lunId: bigint, permission: number, ports: number): void {
    const at = handle * ENTRY_BYTES;
    const fp = FORMAT_PHYSICAL | permission;
    this.#page.setUint8(at + fields.fp.offset, fp);
    this.#barrier();
    this.#page.setBigUint64(at + fields.lun_id.offset, lunId, true);
    this.#barrier();
    // Byte 8 valid, byte 14 format and permissions, byte 15 ports, in one word.
    const word = VALID | (BigInt(fp) << 48n) | (BigInt(ports) << 56n);
    this.#page.setBigUint64(at + fields.dw.offset, word, true);
    this.#barrier();
  }

  /** Takes it away: what makes it valid goes first. The entry is not free before {@link ResourceTable.putBack}. */
  unpublish(handle: number): void {
    const at = handle * ENTRY_BYTES;
    this.#page.setUint8(at + fields.valid.offset, 0);
    this.#barrier();
    this.#page.setBigUint64(at + fields.lun_id.offset, 0n, true);
    this.#barrier();
    this.#page.setBigUint64(at + fields.dw.offset, 0n, true);
    this.#barrier();
    this.#states[handle] = DRAINING;
  }

  /** No command uses the entry any more. */
  putBack(handle: number): void {
    this.#states[handle] = FREE;
  }

  [Symbol.dispose](): void {
    this.#space.unmap(this.start, TABLE_BYTES);
  }
}
