import { AddressSpace, BufferMemory } from '@mdevkit/core';

export const PAGE = 4096;
/** Maps lie apart, as those of a guest do, and above 2^32, where numbers are doubles. */
const FIRST = 2 ** 32;
const STRIDE = 2 * PAGE;

/** Where the n-th map starts. */
export function startOf(n: number): number {
  return FIRST + n * STRIDE;
}

/** A space with `count` maps of a page, made in an order that is not that of their addresses. */
export function spaceOf(count: number): AddressSpace {
  const memory = new BufferMemory(new Uint8Array(PAGE));
  const space = new AddressSpace({ mapLimit: Infinity });
  for (const n of scattered(count)) {
    space.map({ iova: startOf(n), memory });
  }
  return space;
}

/** 0 .. count-1, each once, far apart one after the other. */
export function* scattered(count: number): Generator<number> {
  const step = strideFor(count);
  for (let i = 0, n = 0; i < count; i++, n = (n + step) % count) {
    yield n;
  }
}

/** A power of two of addresses, uniformly random over the maps and their pages; the same every time. */
export function randomAddresses(count: number, length: number): Float64Array {
  let state = 0x2026_1121;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return Float64Array.from({ length }, () => startOf(next() % count) + (next() % PAGE));
}

/** About the golden section of `count`, and without a common divisor with it. */
function strideFor(count: number): number {
  let step = Math.max(1, Math.floor(count * 0.618));
  while (divisor(step, count) !== 1) {
    step += 1;
  }
  return step;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
