import type { Attempt } from './attempt.js';
import type { Piece } from './pieces.js';
import { readPieces, writePieces } from './transfer.js';

/** Bytes that are read before the first of them is written. */
export const COPY_BLOCK = 65_536;

/** One end of a copy, checked. */
export interface CopyEnd {
  readonly attempt: Attempt;
  readonly pieces: readonly Piece[];
}

/**
 * Copies one checked range to another of the same length as C's memmove does: block by block, from the end that
 * is not overwritten before it was read.
 */
export function copyRange(to: CopyEnd, from: CopyEnd): void {
  if (copyInOne(to.pieces, from.pieces)) {
    return;
  }
  const { length } = to.attempt;
  const block = new Uint8Array(Math.min(length, COPY_BLOCK));
  const count = Math.ceil(length / COPY_BLOCK);
  const target = new PieceWindow(to.pieces);
  const source = new PieceWindow(from.pieces);
  const upwards = to.attempt.iova <= from.attempt.iova;
  for (let step = 0; step < count; step++) {
    const start = COPY_BLOCK * (upwards ? step : count - 1 - step);
    const size = Math.min(COPY_BLOCK, length - start);
    const part = block.subarray(0, size);
    readPieces(source.part(start, size), part, from.attempt);
    writePieces(target.part(start, size), part, to.attempt);
  }
}

/** The usual case: both ranges lie in one array each. */
function copyInOne(
  [to, ...moreTo]: readonly Piece[],
  [from, ...moreFrom]: readonly Piece[],
): boolean {
  if (to?.bytes === undefined || from?.bytes === undefined) {
    return false;
  }
  if (moreTo.length > 0 || moreFrom.length > 0) {
    return false;
  }
  to.bytes.set(from.bytes.subarray(from.offset, from.offset + from.length), to.offset);
  return true;
}

/** Parts of a list of pieces, asked for in any order; quickly in a row. */
class PieceWindow {
  readonly #pieces: readonly Piece[];
  /** The piece that the last part began in, and the bytes before it. */
  #index = 0;
  #before = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  part(start: number, size: number): Piece[] {
    this.#seek(start);
    const parts: Piece[] = [];
    let at = this.#before;
    for (let index = this.#index; at < start + size; index++) {
      const piece = this.#pieces[index];
      if (piece === undefined) {
        break;
      }
      const skipped = Math.max(start - at, 0);
      const length = Math.min(piece.length, start + size - at) - skipped;
      parts.push({ ...piece, offset: piece.offset + skipped, length });
      at += piece.length;
    }
    return parts;
  }

  #seek(start: number): void {
    while (start < this.#before) {
      this.#index -= 1;
      this.#before -= this.#pieces[this.#index]?.length ?? 0;
    }
    let length = this.#pieces[this.#index]?.length ?? Infinity;
    while (start >= this.#before + length) {
      this.#before += length;
      this.#index += 1;
      length = this.#pieces[this.#index]?.length ?? Infinity;
    }
  }
}
