/** Bytes that have a value as a number: as wide as a register can be. */
export const WIDEST_VALUE = 8;

/** `data[at .. at + length)`, little endian; `length` is 1 .. 8. */
export function valueOf(data: DataView, at: number, length: number): bigint {
  let value = 0n;
  for (let byte = length - 1; byte >= 0; byte -= 1) {
    value = (value << 8n) | BigInt(data.getUint8(at + byte));
  }
  return value;
}

/** Whether `data[at .. at + length)` are zeros. */
export function isZero(data: DataView, at: number, length: number): boolean {
  for (let byte = 0; byte < length; byte += 1) {
    if (data.getUint8(at + byte) !== 0) {
      return false;
    }
  }
  return true;
}

/** `0x0000beef`, with all digits of `width` bytes. */
export function hex(value: number | bigint, width = 0): string {
  return `0x${value.toString(16).padStart(width * 2, '0')}`;
}
