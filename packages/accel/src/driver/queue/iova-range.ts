import type { Iova } from '@mdevkit/core';

/** An address as the cheapest exact type. */
export function iovaOf(address: bigint): Iova {
  return address <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(address) : address;
}

/**
 * `base + offset`, exact. The result may be beyond the last address; whoever accesses it gets a fault then.
 */
export function iovaAt(base: Iova, offset: number): Iova {
  if (typeof base === 'number') {
    const sum = base + offset;
    if (Number.isSafeInteger(sum)) {
      return sum;
    }
  }
  return BigInt(base) + BigInt(offset);
}
