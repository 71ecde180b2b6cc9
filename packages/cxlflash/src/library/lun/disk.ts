import { failure } from '../../errors/index.js';

/** Bytes of a block as the library counts them. Source: open-power/capiflash src/block/README.md. */
export const BLOCK_BYTES = 4096;

/** What `attach` tells of a disk. */
export interface DiskShape {
  readonly blockSize: number;
  readonly lastLba: bigint;
  /** Blocks of the disk. */
  readonly maxTransfer: bigint;
}

/** A disk of a context, as it is at the moment. */
export class Disk {
  readonly lun: number;
  /** Blocks of the disk in a block of the library. */
  readonly factor: number;
  /** Blocks of the library that one command may transfer. */
  readonly maxBlocks: number;
  #lastLba: bigint;
  #gone = false;

  /** Throws EOPNOTSUPP `cxlflash.block-size`. `bufferBytes` is the memory that there is for data. */
  constructor(lun: number, { blockSize, lastLba, maxTransfer }: DiskShape, bufferBytes: number) {
    const factor = BLOCK_BYTES / blockSize;
    if (!Number.isInteger(factor)) {
      throw failure('cxlflash.block-size', { lun, blockSize });
    }
    this.lun = lun;
    this.factor = factor;
    this.maxBlocks = Math.floor(Math.min(Number(maxTransfer) / factor, bufferBytes / BLOCK_BYTES));
    this.#lastLba = lastLba;
  }

  /** Blocks of the library that it has. */
  get blocks(): number {
    return Math.floor((Number(this.#lastLba) + 1) / this.factor);
  }

  get isGone(): boolean {
    return this.#gone;
  }

  resized(lastLba: bigint): void {
    this.#lastLba = lastLba;
  }

  removed(): void {
    this.#gone = true;
  }
}
