/**
 * What is known of a register's value from what passed its client's bus: the bytes that were read or written last. The
 * others are unknown.
 */
export class RegisterWave {
  readonly #bytes: Uint8Array;
  readonly #known: Uint8Array;

  /** `width` in bytes; `variable` is its number in the dump. */
  constructor(
    readonly variable: number,
    width: number,
  ) {
    this.#bytes = new Uint8Array(width);
    this.#known = new Uint8Array(width);
  }

  /** `data[at .. at + length)` passed, `from` bytes from the register's start. */
  pass(from: number, data: DataView, at: number, length: number): void {
    for (let byte = 0; byte < length; byte += 1) {
      this.#bytes[from + byte] = data.getUint8(at + byte);
      this.#known[from + byte] = 1;
    }
  }

  /** Its bits, the highest first; x for those that are not known. */
  get bits(): string {
    let bits = '';
    this.#bytes.forEach((byte, index) => {
      bits = (this.#known[index] === 1 ? byte.toString(2).padStart(8, '0') : 'xxxxxxxx') + bits;
    });
    return bits;
  }

  /** Undefined while a byte is not known. */
  get value(): bigint | undefined {
    return this.#known.includes(0) ? undefined : BigInt(`0b${this.bits}`);
  }
}
