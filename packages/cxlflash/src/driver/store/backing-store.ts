/**
 * What holds the blocks of a disk. Injected into the driver, which never asks for a block that the store does not have, and
 * only for whole ones. What a store throws or rejects becomes a medium error of the one command.
 */
export interface BackingStore {
  /** Blocks that it has now, 1 .. 2^53-1. */
  readonly blocks: number;
  /** Bytes of a block, a power of two of 512 .. 65536; never changes. */
  readonly blockSize: number;
  /** Fills `into` from block `lba` on; what was never written is zero. */
  read(lba: number, into: Uint8Array): void | Promise<void>;
  /** Stores `from` from block `lba` on. The bytes are the store's only until it answers. */
  write(lba: number, from: Uint8Array): void | Promise<void>;
  /** Has what was written survive a loss of power, as far as it can. */
  flush?(): void | Promise<void>;
  /** Gets another number of blocks; those that stay keep their contents, new ones are zero. Not there: the size is fixed. */
  resize?(blocks: number): void | Promise<void>;
  /** Calls back when `blocks` has changed. */
  onResize?(listener: () => void): Disposable;
}

/** Block sizes that a disk may have. */
export const MIN_BLOCK = 512;
export const MAX_BLOCK = 65_536;

/** Throws RangeError unless a store may have this shape. */
export function checkShape(blocks: number, blockSize: number): void {
  const isPower = Number.isInteger(blockSize) && (blockSize & (blockSize - 1)) === 0;
  if (!isPower || blockSize < MIN_BLOCK || blockSize > MAX_BLOCK) {
    throw new RangeError(`a block of ${blockSize} bytes is not a power of two of 512 .. 65536`);
  }
  if (!Number.isSafeInteger(blocks) || blocks < 1 || !Number.isSafeInteger(blocks * blockSize)) {
    throw new RangeError(`${blocks} is not a number of blocks that a store may have`);
  }
}
