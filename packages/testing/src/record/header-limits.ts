import type { RecordedRegister } from './entry.js';

/** Registers of a region that a recording names, at the most. */
export const MAX_REGISTERS = 1024;

/** Bytes of a register, at the most. */
const MAX_WIDTH = 8;

/** Whether a recording can name it: it has 1 to 8 bytes, all of them in a region of `size` bytes. */
export function isRegister({ offset, width }: RecordedRegister, size: number): boolean {
  return width >= 1 && width <= MAX_WIDTH && offset >= 0 && offset + width <= size;
}
