import type { DmaAccess } from '@mdevkit/core';
import { turnBits, type Struck } from '../inject/index.js';

/**
 * What a device sees of the client's memory when a plan spoils the access. For a read it is a copy; what was not carried
 * is zero there. For a write it is the memory itself, and what the device has put there is spoiled once its handler has
 * returned, when its access is over.
 */
export function spoilPieces(
  pieces: readonly Uint8Array[],
  access: DmaAccess,
  struck: Struck,
): readonly Uint8Array[] {
  if (!struck.spoils) {
    return pieces;
  }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const carried = struck.carried(length);
  const masks = struck.turned(carried);
  if (access === 'read') {
    const copies = pieces.map((piece) => piece.slice());
    eachPiece(copies, (piece, start) => {
      piece.fill(0, within(carried - start, piece));
      turnBits(piece, shifted(masks, start, piece));
    });
    return copies;
  }
  const before = pieces.map((piece) => piece.slice());
  queueMicrotask(() => {
    eachPiece(pieces, (piece, start, n) => {
      // A buffer that was detached meanwhile has no bytes.
      const tail = before[n]?.subarray(within(carried - start, piece)) ?? piece;
      if (piece.length > 0) {
        piece.set(tail, piece.length - tail.length);
        turnBits(piece, shifted(masks, start, piece));
      }
    });
  });
  return pieces;
}

function eachPiece(
  pieces: readonly Uint8Array[],
  run: (piece: Uint8Array, start: number, n: number) => void,
): void {
  let start = 0;
  pieces.forEach((piece, n) => {
    const { length } = piece;
    run(piece, start, n);
    start += length;
  });
}

function within(position: number, piece: Uint8Array): number {
  return Math.min(Math.max(position, 0), piece.length);
}

/** The masks of one piece, by its own bytes. */
function shifted(
  masks: ReadonlyMap<number, number>,
  start: number,
  piece: Uint8Array,
): ReadonlyMap<number, number> {
  return new Map(
    [...masks]
      .map(([byte, mask]) => [byte - start, mask] as const)
      .filter(([byte]) => byte >= 0 && byte < piece.length),
  );
}
