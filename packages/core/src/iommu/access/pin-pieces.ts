import { failure } from '../../errors/index.js';
import { DisposableStore } from '../../lifecycle/index.js';
import type { Iova } from '../dma/dma.js';
import { advance } from '../iova.js';
import type { MemoryObject } from '../memory/index.js';
import { IOMMU_PAGE_SIZE, type AddressSpace, type Area, type Checkpoint } from '../space/index.js';
import { bytesFrom, neededAccess } from './access-rules.js';

/** The part of one map that a pin covers. */
export interface PinPiece {
  readonly area: Area;
  readonly memory: MemoryObject;
  /** In the memory object. */
  readonly offset: number;
  readonly size: number;
}

/**
 * What is to be pinned, one piece for each map, after all checks; the caller has checked the range.
 *
 * Source: Linux drivers/iommu/iommufd/device.c, iommufd_access_pin_pages; drivers/vfio/vfio_iommu_type1.c,
 * vfio_iommu_type1_pin_pages.
 */
export function pinPieces(
  space: AddressSpace,
  iova: Iova,
  length: number,
  write: boolean,
): readonly PinPiece[] {
  const { pinLimit, hole } = space.personality;
  if (pinLimit !== undefined && length > pinLimit * IOMMU_PAGE_SIZE) {
    throw failure('dma.pin-limit', { iova, size: length });
  }
  const needed = neededAccess(write, space.personality);
  const pieces: PinPiece[] = [];
  for (let at = 0; at < length;) {
    const start = advance(iova, at);
    const area = space.find(start);
    if (area === undefined) {
      throw failure(hole, { iova: start });
    }
    const size = Math.min(bytesFrom(area, start), length - at);
    const piece = { area, memory: area.memory, offset: area.memoryOffset(start), size };
    at += size;
    requirePinnable(piece, start, needed, at === length);
    pieces.push(piece);
  }
  return pieces;
}

function requirePinnable(piece: PinPiece, iova: Iova, needed: number, isLast: boolean): void {
  const { area, offset, size } = piece;
  if (area.unmapping) {
    throw failure('access.unmapping', { iova });
  }
  const isAligned = offset % IOMMU_PAGE_SIZE === 0;
  if (!isAligned || (!isLast && size % IOMMU_PAGE_SIZE !== 0)) {
    throw failure('access.alignment', { iova, offset, size });
  }
  if ((needed & ~area.access) !== 0) {
    throw failure('dma.permission', { iova });
  }
}

/** Has the memory of all pieces held in place until the answer is disposed, or of none. */
export function holdPieces(
  pieces: readonly PinPiece[],
  checkpoint: Checkpoint | undefined,
): DisposableStore {
  const holds = new DisposableStore();
  try {
    for (const piece of pieces) {
      checkpoint?.('access.pin-piece');
      holds.add(hold(piece));
    }
    return holds;
  } catch (error) {
    throw disposedAfter(error, holds);
  }
}

/** `error`, after what was held is let go. */
export function disposedAfter(error: unknown, holds: Disposable): unknown {
  try {
    holds[Symbol.dispose]();
    return error;
  } catch (also) {
    const both = new AggregateError([error, also], 'a pin failed, and so did its undo');
    return failure('access.memory', {}, both);
  }
}

function hold({ area, memory, offset, size }: PinPiece): Disposable {
  if (offset + size > memory.size) {
    throw failure('access.memory', { iova: area.start, available: memory.size });
  }
  try {
    return memory.pin(offset, size);
  } catch (error) {
    throw failure('access.memory', { iova: area.start }, error);
  }
}
