const HIGH = 0x1_0000_0000;

/** A 64-bit handle as a number; what cannot be one is 2^53 or more, which finds nothing and is refused. */
export function readHandle(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * HIGH + view.getUint32(at, true);
}

/** `handle` is a safe integer, and not negative. */
export function writeHandle(view: DataView, at: number, handle: number): void {
  view.setUint32(at, handle % HIGH, true);
  view.setUint32(at + 4, Math.floor(handle / HIGH), true);
}
