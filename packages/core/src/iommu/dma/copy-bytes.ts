import type { Area } from '../space/area.js';

/**
 * Up to here a loop is faster than a call of the engine's copy. Reading needs a view of its source for that call,
 * which costs more than the copy.
 */
const READ_LOOP = 24;
const WRITE_LOOP = 8;

/**
 * Fills `into` from `offset` of the bytes of a map; allocates nothing for a few bytes. False, and what is in `into`
 * does not count, when the memory is no array or its owner has shrunk or detached it: a copy that succeeds has
 * checked that, and asking first would cost as much again.
 */
export function copyOut(area: Area, offset: number, into: Uint8Array, length: number): boolean {
  const { bytes, buffer } = area;
  if (bytes === undefined || buffer === undefined) {
    return false;
  }
  if (length > READ_LOOP) {
    // An array that lies beyond the end of a buffer that was shrunk begins at 0, and has no length.
    if (offset + length > bytes.length) {
      return false;
    }
    try {
      // Half the price of a subarray.
      into.set(new Uint8Array(buffer, bytes.byteOffset + offset, length));
      return true;
    } catch {
      return false;
    }
  }
  for (let i = 0; i < length; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) {
      return false;
    }
    into[i] = byte;
  }
  return true;
}

/** Stores `from` at `offset` of the bytes of a map; allocates nothing. As {@link copyOut}. */
export function copyIn(area: Area, offset: number, from: Uint8Array, length: number): boolean {
  const { bytes } = area;
  if (bytes === undefined) {
    return false;
  }
  if (length > WRITE_LOOP) {
    try {
      bytes.set(from, offset);
      return true;
    } catch {
      return false;
    }
  }
  if (length > 0 && bytes[offset + length - 1] === undefined) {
    return false;
  }
  for (let i = 0; i < length; i++) {
    bytes[offset + i] = from[i] ?? 0;
  }
  return true;
}
