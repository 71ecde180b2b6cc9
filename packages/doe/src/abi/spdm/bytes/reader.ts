import type { MdevError } from '@mdevkit/core';
import { failure } from '../../../errors/index.js';

/** The most bytes behind a message: a data object ends with a whole word. */
const MOST_PADDING = 3;

/** Reads the fields of a message one after the other, little-endian, and never past its end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Of the next field. */
  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u24(): number {
    const at = this.#take(3);
    return this.#view.getUint16(at, true) | (this.#view.getUint8(at + 2) << 16);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A copy. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /**
   * The message ends here: behind it stand at most three bytes, all zero, which fill the last word
   * of a data object (PCI Express Base Specification 6.0, section 6.30.1). Returns the bytes used.
   */
  end(): number {
    if (this.remaining > MOST_PADDING) throw malformed('bytes behind the message');
    for (let at = this.#offset; at < this.#bytes.length; at += 1) {
      if (this.#bytes[at] !== 0) throw malformed('padding that is not zero');
    }
    return this.#offset;
  }

  #take(length: number): number {
    const at = this.#offset;
    if (length > this.#bytes.length - at) throw malformed('too short');
    this.#offset = at + length;
    return at;
  }
}

/** A message, or a part of one, that does not have the layout of its kind. */
export function malformed(what: string): MdevError {
  return failure('doe.spdm-malformed', { what });
}
