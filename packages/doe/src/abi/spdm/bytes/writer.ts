/** Puts the fields of a message one behind the other, little-endian. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    return this.#number(value, 1);
  }

  u16(value: number): this {
    return this.#number(value, 2);
  }

  u24(value: number): this {
    return this.#number(value, 3);
  }

  u32(value: number): this {
    return this.#number(value, 4);
  }

  bytes(value: Uint8Array): this {
    this.#parts.push(value);
    this.#length += value.length;
    return this;
  }

  /** Bytes of a field whose size the message does not carry. @throws RangeError for another size */
  sized(what: string, value: Uint8Array, size: number): this {
    if (value.length !== size) {
      throw new RangeError(`${what} has ${size} bytes, not ${value.length}`);
    }
    return this.bytes(value);
  }

  zeros(length: number): this {
    return this.bytes(new Uint8Array(length));
  }

  /** What was written, copied. */
  finish(): Uint8Array {
    return concatBytes(this.#parts, this.#length);
  }

  #number(value: number, size: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (size * 8)) {
      throw new RangeError(`a field of ${size} bytes has no room for ${value}`);
    }
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 1) bytes[at] = Math.floor(value / 2 ** (at * 8));
    return this.bytes(bytes);
  }
}

/** One array of all. */
export function concatBytes(
  parts: readonly Uint8Array[],
  length = parts.reduce((sum, part) => sum + part.length, 0),
): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
