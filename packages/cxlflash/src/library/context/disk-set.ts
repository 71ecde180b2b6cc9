import { settleAll } from '@mdevkit/core';
import { Disk, type DiskShape, type FlashLun } from '../lun/index.js';

/** A disk of a context with the LUNs that were opened of it. */
interface Entry {
  readonly disk: Disk;
  readonly luns: Set<FlashLun>;
}

/** The disks that a context has, in the order in which they came. */
export class DiskSet {
  readonly #entries = new Map<number, Entry>();
  readonly #bufferBytes: number;

  constructor(bufferBytes: number) {
    this.#bufferBytes = bufferBytes;
  }

  get numbers(): readonly number[] {
    return [...this.#entries.keys()];
  }

  /** Throws EOPNOTSUPP `cxlflash.block-size`. */
  add(lun: number, shape: DiskShape): void {
    this.#entries.set(lun, { disk: new Disk(lun, shape, this.#bufferBytes), luns: new Set() });
  }

  remove(lun: number): void {
    this.#entries.delete(lun);
  }

  disk(lun: number): Disk | undefined {
    return this.#entries.get(lun)?.disk;
  }

  opened(lun: FlashLun): void {
    this.#entries.get(lun.disk)?.luns.add(lun);
  }

  closed(lun: FlashLun): void {
    this.#entries.get(lun.disk)?.luns.delete(lun);
  }

  /** Closes the LUNs of one disk, or of all; all of them, whatever one of them throws. */
  async closeLuns(lun?: number): Promise<void> {
    const entries = [...this.#entries.values()].filter(
      ({ disk }) => lun === undefined || disk.lun === lun,
    );
    await settleAll(entries.flatMap(({ luns }) => [...luns].map((open) => open.close())));
  }
}
