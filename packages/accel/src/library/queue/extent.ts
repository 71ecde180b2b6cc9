/** Everything is handed out in multiples of this, so that buffers share no cache line. */
export const EXTENT_UNIT = 64;

/** `bytes` rounded up to whole units. */
export function extentBytes(bytes: number): number {
  return Math.ceil(bytes / EXTENT_UNIT) * EXTENT_UNIT;
}
