import type { RangeHandler } from '@mdevkit/core';

/**
 * Which messages wait to be sent, one bit each; as a range of a BAR it is the Pending Bit Array of MSI-X.
 * The bits are allocated when the first message has to wait.
 *
 * Source: PCI Express Base Specification 6.0, sections 6.1.4.5 and 7.7.2.
 */
export class PendingVectors implements RangeHandler {
  readonly vectors: number;
  #bits: Uint8Array | undefined;
  #count = 0;

  constructor(vectors: number) {
    this.vectors = vectors;
  }

  /** Whether any message waits. */
  get any(): boolean {
    return this.#count !== 0;
  }

  has(vector: number): boolean {
    return (((this.#bits?.[vector >>> 3] ?? 0) >>> (vector & 7)) & 1) !== 0;
  }

  add(vector: number): void {
    if (!this.has(vector)) {
      this.#bits ??= new Uint8Array(Math.ceil(this.vectors / 8));
      this.#flip(this.#bits, vector);
      this.#count++;
    }
  }

  remove(vector: number): void {
    if (this.#bits !== undefined && this.has(vector)) {
      this.#flip(this.#bits, vector);
      this.#count--;
    }
  }

  /** No message waits any more. */
  reset(): void {
    this.#bits = undefined;
    this.#count = 0;
  }

  /** The bits of vectors 0 .. 31. */
  get firstWord(): number {
    const bits = this.#bits;
    if (bits === undefined) {
      return 0;
    }
    const [a = 0, b = 0, c = 0, d = 0] = bits;
    return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  }

  /** What a client reads from the Pending Bit Array. */
  read(offset: number, data: DataView, at: number, length: number): number {
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, this.#bits?.[offset + i] ?? 0);
    }
    return length;
  }

  /** Pending bits are read-only. */
  write(_offset: number, _data: DataView, _at: number, length: number): number {
    return length;
  }

  #flip(bits: Uint8Array, vector: number): void {
    bits[vector >>> 3] = (bits[vector >>> 3] ?? 0) ^ (1 << (vector & 7));
  }
}
