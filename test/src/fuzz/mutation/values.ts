import type { Random } from '../random/index.js';

/** Where checks of 32 bits turn: sizes of headers and structs, of pages and transfers, counts of indexes, and the ends. */
const words: readonly number[] = [
  ...[
    0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 15, 16, 17, 19, 20, 21, 23, 24, 25, 31, 32, 33, 36, 39, 40,
  ],
  ...[41, 47, 48, 63, 64, 65, 100, 127, 128, 255, 256, 257, 0xfff, 0x1000, 0x1001, 0x2000, 0x3fff],
  ...[
    0x4000, 0xffff, 0x1_0000, 0x1_0001, 0x1_0010, 0x1_0020, 0x2_0001, 0x2_0002, 0x4_0001, 0x1_0008,
  ],
  ...[0xf_ffff, 0x10_0000, 0x10_0001, 0x10_0020, 0x10_0021, 0x7fff_ffff, 0x8000_0000, 0xffff_f000],
  ...[0xffff_fffe, 0xffff_ffff],
];

const longs: readonly bigint[] = [
  ...[
    2n ** 32n,
    2n ** 32n - 4096n,
    2n ** 40n,
    2n ** 43n,
    2n ** 43n + 1n,
    2n ** 53n - 1n,
    2n ** 53n,
  ],
  ...[2n ** 53n + 1n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 4096n, 2n ** 64n - 1n],
];

export function someWord(random: Random): number {
  return random.chance(15) ? random.next() : random.pick(words);
}

export function someLong(random: Random): bigint {
  if (random.chance(50)) {
    return BigInt(someWord(random));
  }
  return random.chance(80)
    ? random.pick(longs)
    : (BigInt(random.next()) << 32n) | BigInt(random.next());
}

/** A value next to another one. */
export function nearby(random: Random, value: number): number {
  return (value + random.pick([-4096, -16, -8, -4, -1, 1, 4, 8, 16, 4096])) >>> 0;
}
