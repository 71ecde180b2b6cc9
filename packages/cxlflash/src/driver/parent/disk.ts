import { CXLFLASH_WWID_LEN } from '@mdevkit/uapi';
import { DiskMode, type DiskModeCode } from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import { checkShape, type BackingStore } from '../store/index.js';
import { LateWrites } from './late-writes.js';

/** A disk, as a parent is given it. */
export interface DiskSpec {
  readonly store: BackingStore;
  /** Ports that lead to it, as a mask; all of them by default. */
  readonly ports?: number;
  /** Its worldwide name, 16 bytes; made of its number by default. */
  readonly wwid?: Uint8Array;
}

/**
 * A disk behind the ports of a parent. All contexts of all slices share it, in one mode.
 *
 * Source: drivers/scsi/cxlflash/superpipe.h, struct glun_info.
 */
export class Disk {
  readonly index: number;
  /** What commands name it by behind the ports. */
  readonly lunId: bigint;
  readonly wwid: Uint8Array;
  readonly ports: number;
  readonly store: BackingStore;
  readonly lateWrites = new LateWrites();
  #mode: DiskModeCode = DiskMode.NONE;
  #users = 0;
  #isRemoved = false;
  #isFailing = false;

  /** @throws RangeError for a store or a name that cannot be */
  constructor(index: number, { store, ports, wwid }: DiskSpec, allPorts: number) {
    checkShape(store.blocks, store.blockSize);
    if (wwid !== undefined && wwid.length !== CXLFLASH_WWID_LEN) {
      throw new RangeError(`the name of disk ${index} has ${wwid.length} bytes, not 16`);
    }
    this.index = index;
    this.lunId = BigInt(index + 1) << 48n;
    this.wwid = wwid ?? nameOf(index);
    this.ports = (ports ?? allPorts) & allPorts;
    this.store = store;
  }

  get lastLba(): number {
    return this.store.blocks - 1;
  }

  get mode(): DiskModeCode {
    return this.#mode;
  }

  /** Handles that contexts have of it. */
  get users(): number {
    return this.#users;
  }

  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /** One more user. The first decides the mode. Throws EINVAL `cxlflash.mode`. */
  claim(mode: Exclude<DiskModeCode, 0>): void {
    if (this.#mode !== DiskMode.NONE && this.#mode !== mode) {
      throw failure('cxlflash.mode', { disk: this.index, mode: this.#mode });
    }
    this.#mode = mode;
    this.#users += 1;
  }

  /** One user less; with the last the mode is free again. */
  unclaim(): void {
    this.#users -= 1;
    if (this.#users === 0) {
      this.#mode = DiskMode.NONE;
    }
  }

  /** Its store has failed; whether it had not before, since something went well. */
  storeFailed(): boolean {
    const wasFailing = this.#isFailing;
    this.#isFailing = true;
    return !wasFailing;
  }

  storeWorked(): void {
    this.#isFailing = false;
  }

  /** It does not come back. */
  remove(): void {
    this.#isRemoved = true;
  }
}

/** A name of the form NAA 3h, locally assigned (SPC-4, 7.8.6.6.4), padded with zeros. */
function nameOf(index: number): Uint8Array {
  const name = new Uint8Array(CXLFLASH_WWID_LEN);
  new DataView(name.buffer).setBigUint64(0, (0x3n << 60n) | BigInt(index + 1));
  return name;
}
