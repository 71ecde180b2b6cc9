/**
 * How an ioctl number is put together: direction, size of the argument, type and number. The
 * direction is the caller's: it writes what the kernel reads.
 *
 * Source: `include/uapi/asm-generic/ioctl.h`.
 */

/** Directions, in the top two bits. */
export const IOC_NONE = 0;
export const IOC_WRITE = 1;
export const IOC_READ = 2;

const NR_BITS = 8;
const TYPE_BITS = 8;
const SIZE_BITS = 14;

function checked(what: string, value: number, bits: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= 1 << bits) {
    throw new RangeError(`an ioctl's ${what} has ${bits.toString()} bits, not ${value.toString()}`);
  }
  return value;
}

/**
 * `_IOC`: the number of an ioctl, always positive.
 *
 * @param direction - IOC_NONE, IOC_WRITE, IOC_READ, or the last two together
 * @param type - 0 to 255, the magic of a family of ioctls
 * @param nr - 0 to 255
 * @param size - of the argument, in bytes, 0 to 16383
 * @throws RangeError when a part does not fit
 */
export function ioctlNumber(direction: number, type: number, nr: number, size: number): number {
  const number =
    (checked('direction', direction, 2) << (SIZE_BITS + TYPE_BITS + NR_BITS)) |
    (checked('size', size, SIZE_BITS) << (TYPE_BITS + NR_BITS)) |
    (checked('type', type, TYPE_BITS) << NR_BITS) |
    checked('number', nr, NR_BITS);
  return number >>> 0;
}

/** `_IOR`: the kernel fills the argument. */
export function ioctlRead(type: number, nr: number, size: number): number {
  return ioctlNumber(IOC_READ, type, nr, size);
}

/** `_IOW`: the kernel reads the argument. */
export function ioctlWrite(type: number, nr: number, size: number): number {
  return ioctlNumber(IOC_WRITE, type, nr, size);
}

/** `_IOWR`: the kernel reads the argument and fills it. */
export function ioctlReadWrite(type: number, nr: number, size: number): number {
  return ioctlNumber(IOC_READ | IOC_WRITE, type, nr, size);
}
