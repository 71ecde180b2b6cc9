import { timingSafeEqual } from 'node:crypto';

/** Whether both are the same, without telling by the time it takes where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
