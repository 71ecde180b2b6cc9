import type { Attempt } from './attempt.js';
import type { Piece } from './pieces.js';

/** The most that is filled at once in memory without `bytes`. */
const FILL_BLOCK = 65_536;

/** Fills `into` from checked pieces. Memory that fails now faults, after the pieces before it. */
export function readPieces(pieces: readonly Piece[], into: Uint8Array, attempt: Attempt): void {
  try {
    let done = 0;
    for (const { memory, bytes, offset, length } of pieces) {
      if (bytes === undefined) {
        memory.read(offset, into.subarray(done, done + length));
      } else {
        into.set(bytes.subarray(offset, offset + length), done);
      }
      done += length;
    }
  } catch (error) {
    throw attempt.fault('memory', error);
  }
}

/** Stores `from` in checked pieces. Memory that fails now faults, after the pieces before it. */
export function writePieces(pieces: readonly Piece[], from: Uint8Array, attempt: Attempt): void {
  try {
    let done = 0;
    for (const { memory, bytes, offset, length } of pieces) {
      const part = from.subarray(done, done + length);
      if (bytes === undefined) {
        memory.write(offset, part);
      } else {
        bytes.set(part, offset);
      }
      done += length;
    }
  } catch (error) {
    throw attempt.fault('memory', error);
  }
}

/** Fills checked pieces with a byte. Memory that fails now faults, after what was filled before it. */
export function fillPieces(pieces: readonly Piece[], value: number, attempt: Attempt): void {
  try {
    for (const piece of pieces) {
      const { bytes, offset, length } = piece;
      if (bytes === undefined) {
        fillMemory(piece, value);
      } else {
        bytes.fill(value, offset, offset + length);
      }
    }
  } catch (error) {
    throw attempt.fault('memory', error);
  }
}

function fillMemory({ memory, offset, length }: Piece, value: number): void {
  const block = new Uint8Array(Math.min(length, FILL_BLOCK)).fill(value);
  for (let done = 0; done < length; done += block.length) {
    memory.write(offset + done, block.subarray(0, length - done));
  }
}

/** Checked pieces as they lie in memory. Memory without views faults. */
export function viewPieces(pieces: readonly Piece[], attempt: Attempt): Uint8Array[] {
  return pieces.map((piece) => viewOf(piece, attempt));
}

function viewOf({ memory, bytes, offset, length }: Piece, attempt: Attempt): Uint8Array {
  if (bytes !== undefined) {
    return bytes.subarray(offset, offset + length);
  }
  let view: Uint8Array | undefined;
  try {
    view = memory.view(offset, length);
  } catch (error) {
    throw attempt.fault('memory', error);
  }
  if (view?.length !== length) {
    throw attempt.fault('memory');
  }
  return view;
}
