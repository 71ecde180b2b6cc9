import { Random } from '../../random/index.js';

/** Of everything that is drawn; another one finds other defects, this one finds the same again. */
export const SEED = 20261121;
/** Places at the start and at the end of a region that are all looked at, in a region that is too large for all. */
const EDGE = 96;
/** Places in between that are drawn. */
const DRAWN = 64;

/** Aligned offsets for accesses of `width` bytes: all of a small region, a sample of a large one. In order. */
export function places({ size }: { readonly size: number }, width: number): readonly number[] {
  const count = Math.floor(size / width);
  if (count <= 4 * EDGE) {
    return Array.from({ length: count }, (_, i) => i * width);
  }
  const random = new Random(SEED);
  const chosen = new Set<number>();
  for (let i = 0; i < EDGE; i++) {
    chosen.add(i).add(count - 1 - i);
  }
  for (let i = 0; i < DRAWN; i++) {
    chosen.add(Math.floor((random.next() / 2 ** 32) * count));
  }
  return [...chosen].sort((a, b) => a - b).map((place) => place * width);
}
