import type { RegisterSpec } from '@mdevkit/core';

/**
 * Registers that hold literal bytes from byte `offset` of a capability on: as wide as alignment allows,
 * named by their offset. Bits set in `writable` (same length as `bytes`) can be written.
 */
export function payloadRegisters(
  offset: number,
  bytes: Uint8Array,
  writable?: Uint8Array,
): RegisterSpec[] {
  if (writable !== undefined && writable.length !== bytes.length) {
    throw new RangeError(
      `The write mask has ${writable.length} bytes and the payload has ${bytes.length}; they must match`,
    );
  }
  const registers: RegisterSpec[] = [];
  let done = 0;
  while (done < bytes.length) {
    const width = widthAt(offset + done, bytes.length - done);
    const mask = writable === undefined ? 0 : littleEndian(writable, done, width);
    const name = `payload-${(offset + done).toString(16).padStart(2, '0')}`;
    const reset = littleEndian(bytes, done, width);
    registers.push(
      mask === 0
        ? { name, offset: offset + done, width, access: 'ro', reset }
        : { name, offset: offset + done, width, access: 'rw', writeMask: mask, reset },
    );
    done += width;
  }
  return registers;
}

function widthAt(offset: number, left: number): 1 | 2 | 4 {
  if (offset % 4 === 0 && left >= 4) {
    return 4;
  }
  return offset % 2 === 0 && left >= 2 ? 2 : 1;
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  return bytes.subarray(at, at + width).reduceRight((value, byte) => value * 256 + byte, 0);
}
