/** All bytes together, modulo 256: 0 for a table that is whole (CDAT 1.04, section 2). */
export function byteSum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum = (sum + byte) & 0xff;
  }
  return sum;
}
