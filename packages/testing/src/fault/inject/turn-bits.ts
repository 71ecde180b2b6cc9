import type { Random } from '../../random/index.js';

/**
 * Draws `bits` different bits of `length` bytes (all, if there are fewer): by byte, what is to be turned over in it.
 *
 * Source: R. W. Floyd's sampling without replacement, CACM 30(9), 1987.
 */
export function drawBits(
  length: number,
  bits: number,
  random: Random,
): ReadonlyMap<number, number> {
  const total = length * 8;
  const drawn = new Set<number>();
  for (let limit = Math.max(0, total - bits); limit < total; limit++) {
    const bit = random.below(limit + 1);
    drawn.add(drawn.has(bit) ? limit : bit);
  }
  const masks = new Map<number, number>();
  for (const bit of drawn) {
    const byte = Math.floor(bit / 8);
    masks.set(byte, (masks.get(byte) ?? 0) | (1 << (bit % 8)));
  }
  return masks;
}

/** Turns bits of `bytes` over. */
export function turnBits(bytes: Uint8Array, masks: ReadonlyMap<number, number>): void {
  for (const [byte, mask] of masks) {
    bytes[byte] = (bytes[byte] ?? 0) ^ mask;
  }
}
