/** All ones of `bits` bits. */
export function ones(bits: number): bigint {
  return (1n << BigInt(bits)) - 1n;
}

/** Bits `high..low` of a register. */
export function bitMask(high: number, low: number): bigint {
  return ones(high - low + 1) << BigInt(low);
}

/** Reads a little-endian unsigned value of 1, 2 or 4 bytes. */
export function load(view: DataView, at: number, width: number): number {
  if (width === 4) {
    return view.getUint32(at, true);
  }
  return width === 2 ? view.getUint16(at, true) : view.getUint8(at);
}

/** Writes the low 1, 2 or 4 bytes of `value`, little endian. */
export function store(view: DataView, at: number, width: number, value: number): void {
  if (width === 4) {
    view.setUint32(at, value, true);
  } else if (width === 2) {
    view.setUint16(at, value, true);
  } else {
    view.setUint8(at, value);
  }
}

/** The low 32 bits of what a hook answered, for {@link store}. */
export function toNumber(value: number | bigint): number {
  return typeof value === 'number' ? value : Number(BigInt.asUintN(32, value));
}
