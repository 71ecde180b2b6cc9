import type { FiredWhere, DmaWhere } from './assertions.js';
import { valueText } from './print.js';

/** PASIDs have 20 bits. Source: PCIe Base Spec 6.20. */
const PASIDS = 2 ** 20;

/**
 * What an assertion is called with must mean something: turned round by `not`, nonsense would always hold. Each throws a
 * TypeError with a sentence that begins with the name of the assertion.
 */
export function requireTimes(
  assertion: string,
  times: unknown,
): asserts times is number | undefined {
  const isTimes = times === undefined || isCount(times);
  requireThat(isTimes, assertion, 'a number of times from 0 on', times);
}

export function requireFiredWhere(where: FiredWhere): void {
  requireMembers('fired', where, ['index', 'subindex']);
  for (const number of [where.index, where.subindex]) {
    const isNumber = number === undefined || isCount(number);
    requireThat(isNumber, 'fired', 'an index and a subindex from 0 on', where);
  }
}

export function requireDmaWhere(assertion: string, where: DmaWhere): void {
  requireMembers(assertion, where, ['pasid']);
  const { pasid } = where;
  const isPasid = pasid === undefined || (isCount(pasid) && pasid < PASIDS);
  requireThat(isPasid, assertion, 'a PASID of 20 bits', pasid);
}

/** A range of `length` bytes, 1 or more, below 2^64. */
export function requireRange(assertion: string, iova: unknown, length: unknown): void {
  requireThat(isCount(length) && length > 0, assertion, 'a length of a byte or more', length);
  const start = isCount(iova) ? BigInt(iova) : iova;
  const isAddress = typeof start === 'bigint' && start >= 0n && start + BigInt(length) <= 1n << 64n;
  requireThat(isAddress, assertion, 'an address of 64 bits', iova);
}

/** Bytes to compare with, one at least. */
export function requireBytes(assertion: string, bytes: ArrayLike<number>): void {
  const isBytes =
    typeof bytes === 'object' &&
    bytes.length > 0 &&
    Array.from(bytes).every((byte) => isCount(byte) && byte <= 0xff);
  requireThat(isBytes, assertion, 'bytes, one or more, each of 0 to 255', bytes);
}

/** Throws a TypeError that says what was expected, unless it is `valid`. */
export function requireThat(
  valid: boolean,
  assertion: string,
  expected: string,
  found: unknown,
): asserts valid {
  if (!valid) {
    throw new TypeError(`${assertion} takes ${expected}, not ${valueText(found)}`);
  }
}

function requireMembers(assertion: string, where: object, names: readonly string[]): void {
  const isKnown =
    typeof where === 'object' && Object.keys(where).every((name) => names.includes(name));
  requireThat(isKnown, assertion, `{ ${names.join(', ')} }`, where);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
