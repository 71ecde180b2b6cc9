import { failure } from '../../errors/catalogue.js';
import type { AddressSpace } from '../space/address-space.js';
import type { Attempt } from './attempt.js';
import { addPieces, isLength, type Piece } from './pieces.js';

/** A scatter list with every segment checked. */
export interface CheckedList {
  readonly pieces: readonly Piece[];
  /** What faults if the memory fails during the transfer: the list as a whole, from its first segment. */
  readonly attempt: Attempt;
}

/**
 * Checks the segments of a list, each an attempt, for the transfer of `length` bytes. Throws the fault of the first
 * one whose length is none, then EINVAL `dma.list` if the lengths do not add up, then the fault of the first segment
 * that has one.
 */
export function checkList(
  space: AddressSpace | undefined,
  attempts: readonly Attempt[],
  length: number,
): readonly Piece[] {
  // Before any segment is looked at: a list comes from a guest, and each segment may be as long as it likes.
  let total = 0;
  for (const attempt of attempts) {
    if (!isLength(attempt.length)) {
      throw attempt.fault(space === undefined ? 'unattached' : 'unmapped');
    }
    total += attempt.length;
  }
  if (total !== length) {
    throw failure('dma.list', { segments: total, buffer: length });
  }
  const pieces: Piece[] = [];
  for (const attempt of attempts) {
    addPieces(space, attempt, pieces);
  }
  return pieces;
}
