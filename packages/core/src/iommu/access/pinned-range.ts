import type { Iova } from '../dma/dma.js';

/**
 * Memory of a client that a driver holds in place, across as many maps as it covers, until
 * {@link PinnedRange.unpin}. It is taken back before that if the driver does not unpin it when its unmap
 * handler is called; everything but `unpin` then throws ENODEV `access.revoked`, and EINVAL `access.unpinned`
 * after an unpin. This object never hands out or touches memory that is not its own any more.
 *
 * What nobody can take back is an array that the driver kept from {@link PinnedRange.views}. Where the memory
 * belongs to another process, its owner replaces the pages by zero pages when it is unmapped, so that such an
 * array is harmless; memory of this process is plain JavaScript memory and stays what it is.
 */
export interface PinnedRange extends Disposable {
  readonly iova: Iova;
  /** Bytes. */
  readonly length: number;
  /** Whether it was pinned for writing: it counts as dirty as long as it is held. */
  readonly isWritable: boolean;
  /** Whether it was taken back. */
  readonly isRevoked: boolean;
  /**
   * The memory itself, in order, one array for each map that the range covers. A view of a range that is not
   * pinned for writing must not be written, which JavaScript cannot enforce. Throws EOPNOTSUPP
   * `access.no-view` for memory without views (a file), EFAULT `access.memory` for memory that shrank.
   */
  views(): readonly Uint8Array[];
  /**
   * Fills `into` from `offset` of the range. Throws EINVAL `access.range`, EPERM `dma.permission` where a map
   * may only be written, EFAULT `access.memory` with the bytes that were moved as `done`.
   */
  read(offset: number, into: Uint8Array): void;
  /** Stores `from` at `offset` of the range. Throws as `read`, and EPERM if it is not pinned for writing. */
  write(offset: number, from: Uint8Array): void;
  /** Lets go. Harmless when it was unpinned or taken back before. Throws what the memory throws, after all. */
  unpin(): void;
}
