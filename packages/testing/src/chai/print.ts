import type { DmaFault, Iova } from '@mdevkit/core';
import { inspect } from 'node:util';
import type { FakeDmaAccess } from '../fakes/index.js';

/** Lines and bytes of a message at the most: it is read by people. */
const LINES = 20;
const BYTES = 32;

/** `what: none`, or the entries below it, the last ones if there are too many. */
export function listed(what: string, entries: readonly string[]): string {
  if (entries.length === 0) {
    return `${what}: none`;
  }
  const shown = entries.slice(-LINES);
  const left = entries.length - shown.length;
  const lines = left > 0 ? [`… ${left} before`, ...shown] : shown;
  return [`${what}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** What a count is compared with, for the assertion and for its opposite; any number from 1 without `times`. */
export function countTexts(
  what: string,
  times: number | undefined,
  count: number,
): readonly [expected: string, unexpected: string] {
  const found = `${what}, but there were ${count}`;
  return [
    `expected ${times ?? 'some'} ${found}`,
    `expected ${times === undefined ? 'no' : `not ${times}`} ${found}`,
  ];
}

export function hexOf(iova: Iova): string {
  return `0x${iova.toString(16)}`;
}

/** `01 ff`. */
export function bytesOf(bytes: ArrayLike<number>): string {
  const shown = Array.from(bytes)
    .slice(0, BYTES)
    .map((byte) => byte.toString(16).padStart(2, '0'));
  return bytes.length > BYTES
    ? `${shown.join(' ')} … (${bytes.length} bytes)`
    : shown.join(' ') || 'no bytes';
}

/** `write 0x1000: 01 02`; of a view from the first byte that was changed to the last; the PASID where it is not `own`. */
export function accessText(
  { access, iova, bytes, pasid, changed }: FakeDmaAccess,
  own: number,
): string {
  const first = changed?.indexOf(1) ?? 0;
  const last = changed?.lastIndexOf(1) ?? bytes.length - 1;
  const at = BigInt(iova) + BigInt(first);
  const moved = bytesOf(bytes.subarray(first, last + 1));
  const where =
    changed === undefined ? '' : ` in a view of ${bytes.length} bytes at ${hexOf(iova)}`;
  return `${access} ${hexOf(at)}: ${moved}${where}${pasidText(pasid, own)}`;
}

export function faultText({ access, iova, length, cause, pasid }: DmaFault, own: number): string {
  return `${access} of ${length} bytes at ${hexOf(iova)}: ${cause}${pasidText(pasid, own)}`;
}

/** On one line. */
export function valueText(value: unknown): string {
  return inspect(value, { breakLength: Infinity, compact: true, depth: 3 });
}

function pasidText(pasid: number, own: number): string {
  return pasid === own ? '' : ` (PASID ${pasid})`;
}
