import { trackDisposable, trackReleased } from '@mdevkit/core';
import { failure } from '../errors.js';
import { pageSize } from '../libc/index.js';
import { AddressRange } from './address-range.js';

/** The most that one array covers: Node 20 aborts over a larger external ArrayBuffer. */
const maxSize = 2 ** 30;

/**
 * Zeroed memory outside of the JavaScript heap, for what the kernel is given addresses of. It never moves, and a
 * page of it costs nothing until it is touched.
 *
 * Views that somebody kept read zeros after its disposal, and never end the process.
 *
 * Source: mmap(2), MAP_ANONYMOUS.
 */
export class NativeBuffer implements Disposable {
  readonly #range: AddressRange;
  readonly #size: number;
  #arrays: { readonly bytes: Uint8Array; readonly view: DataView } | undefined;
  #released = false;

  private constructor(range: AddressRange, size: number) {
    this.#range = range;
    this.#size = size;
    trackDisposable(this);
  }

  /**
   * `size` is 1 to 2^30 bytes.
   *
   * Throws `linux.range` for another size, `linux.call` and `linux.platform`.
   */
  static allocate(size: number): NativeBuffer {
    if (!Number.isInteger(size) || size < 1 || size > maxSize) {
      throw failure('linux.range', { size, available: maxSize });
    }
    const unit = pageSize();
    return new NativeBuffer(AddressRange.anonymous(Math.ceil(size / unit) * unit), size);
  }

  /** In bytes; 0 when it is released. */
  get size(): number {
    return this.#released ? 0 : this.#size;
  }

  /** Of its first byte. Throws `linux.released`. */
  get address(): number {
    if (this.#released) {
      throw failure('linux.released');
    }
    return this.#range.address;
  }

  /** All of it. Throws `linux.released`. */
  get bytes(): Uint8Array {
    return (this.#arrays ?? this.#makeArrays()).bytes;
  }

  /** All of it. Throws `linux.released`. */
  get view(): DataView {
    return (this.#arrays ?? this.#makeArrays()).view;
  }

  /** The address of a part of it, for the kernel. Throws `linux.fault` beyond the end, and `linux.released`. */
  addressOf(at: number, length: number): number {
    if (this.#released) {
      throw failure('linux.released');
    }
    if (!(Number.isInteger(at) && at >= 0 && length >= 0 && at + length <= this.#size)) {
      throw failure('linux.fault', { offset: at, length, size: this.#size });
    }
    return this.#range.address + at;
  }

  [Symbol.dispose](): void {
    if (!this.#released) {
      this.#released = true;
      this.#arrays = undefined;
      trackReleased(this);
      this.#range.release();
    }
  }

  #makeArrays(): { readonly bytes: Uint8Array; readonly view: DataView } {
    if (this.#released) {
      throw failure('linux.released');
    }
    const buffer = this.#range.buffer(0, this.#size);
    return (this.#arrays = { bytes: new Uint8Array(buffer), view: new DataView(buffer) });
  }
}
