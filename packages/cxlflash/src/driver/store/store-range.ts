import { failure } from '../../errors/index.js';

/** Throws EINVAL `cxlflash.store-range` unless `length` bytes from block `lba` on are whole blocks of a store. */
export function checkBlocks(
  store: { readonly blocks: number; readonly blockSize: number },
  lba: number,
  length: number,
): void {
  const { blocks, blockSize } = store;
  const isInside =
    Number.isSafeInteger(lba) &&
    lba >= 0 &&
    length % blockSize === 0 &&
    lba + length / blockSize <= blocks;
  if (!isInside) {
    throw failure('cxlflash.store-range', { lba, length, blocks, blockSize });
  }
}
