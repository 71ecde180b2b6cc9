import { failure } from '../../errors/catalogue.js';
import type { AddressSpace } from '../space/address-space.js';
import { Attempt } from './attempt.js';
import type { DmaHub } from './dma-hub.js';
import type { DmaAccess, DmaSegment, Pasid } from './dma.js';
import { addPieces, isLength, type Piece } from './pieces.js';

/** A scatter list with every segment checked. */
export interface CheckedList {
  readonly pieces: readonly Piece[];
  /** What faults if the memory fails during the transfer: the list as a whole, from its first segment. */
  readonly attempt: Attempt;
}

/**
 * Checks all segments of a list for the transfer of `length` bytes. Throws the fault of the first segment whose length
 * is none, then EINVAL `dma.list` if the lengths do not add up, then the fault of the first segment that has one.
 */
export function checkList(
  hub: DmaHub,
  opening: number,
  pasid: Pasid,
  space: AddressSpace | undefined,
  segments: readonly DmaSegment[],
  length: number,
  access: DmaAccess,
): CheckedList {
  const attempts = segments.map(
    (segment) => new Attempt(hub, opening, pasid, segment.iova, segment.length, access),
  );
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
  return {
    pieces,
    attempt: new Attempt(hub, opening, pasid, segments[0]?.iova ?? 0, length, access),
  };
}
