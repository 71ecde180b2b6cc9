import { failure } from '../../errors.js';

const SPACE = 1n << 64n;

/** `length` bytes from `iova` on. */
export interface AddressRange {
  readonly iova: bigint;
  readonly length: bigint;
}

/** A range of a client's; EINVAL if it is empty or ends beyond the address space. */
export function addressRange(iova: bigint, length: bigint): AddressRange {
  if (length === 0n || iova + length > SPACE) {
    throw failure('verbs.argument', { what: 'range', iova, length });
  }
  return { iova, length };
}

export function contains(range: AddressRange, iova: bigint, length: number | bigint): boolean {
  return iova >= range.iova && iova + BigInt(length) <= range.iova + range.length;
}
