import type { Attempt } from './attempt.js';
import type { Piece } from './pieces.js';

/** As `readPieces`, also from memory that only answers messages. */
export async function fetchPieces(
  pieces: readonly Piece[],
  into: Uint8Array,
  attempt: Attempt,
): Promise<void> {
  try {
    let done = 0;
    for (const { memory, offset, length } of pieces) {
      const part = into.subarray(done, done + length);
      if (memory.fetch === undefined) {
        memory.read(offset, part);
      } else {
        await memory.fetch(offset, part);
      }
      done += length;
    }
  } catch (error) {
    throw attempt.fault('memory', error);
  }
}

/** As `writePieces`, also to memory that only answers messages. */
export async function storePieces(
  pieces: readonly Piece[],
  from: Uint8Array,
  attempt: Attempt,
): Promise<void> {
  try {
    let done = 0;
    for (const { memory, offset, length } of pieces) {
      const part = from.subarray(done, done + length);
      if (memory.store === undefined) {
        memory.write(offset, part);
      } else {
        await memory.store(offset, part);
      }
      done += length;
    }
  } catch (error) {
    throw attempt.fault('memory', error);
  }
}
