import type { Iova } from '@mdevkit/core';

/** Bits of a number that can be exact in the high half of an address. */
const EXACT_HIGH = 0x20_0000;

/** An address of 64 bits, as the cheapest exact type. */
export function readIova(data: DataView, at: number, littleEndian: boolean): Iova {
  const high = data.getUint32(at + (littleEndian ? 4 : 0), littleEndian);
  if (high >= EXACT_HIGH) {
    return data.getBigUint64(at, littleEndian);
  }
  return high * 2 ** 32 + data.getUint32(at + (littleEndian ? 0 : 4), littleEndian);
}

export function writeIova(data: DataView, at: number, value: Iova, littleEndian: boolean): void {
  if (typeof value === 'bigint') {
    data.setBigUint64(at, value, littleEndian);
    return;
  }
  data.setUint32(at + (littleEndian ? 4 : 0), Math.floor(value / 2 ** 32), littleEndian);
  data.setUint32(at + (littleEndian ? 0 : 4), value % 2 ** 32, littleEndian);
}

/** `base + offset`, exact. The result may be beyond the last address; whoever accesses it gets a fault then. */
export function iovaAt(base: Iova, offset: number): Iova {
  if (typeof base === 'number') {
    const sum = base + offset;
    if (Number.isSafeInteger(sum)) {
      return sum;
    }
  }
  return BigInt(base) + BigInt(offset);
}

/** Whether an address is a multiple of a power of two up to 2^16. */
export function isAligned(iova: Iova, to: number): boolean {
  return typeof iova === 'number' ? iova % to === 0 : Number(iova & 0xffffn) % to === 0;
}
