import type { AddressRange } from '../native/index.js';
import { checkAccess } from './descriptor-part.js';

/** The most that one array covers: Node 20 aborts over a larger external ArrayBuffer. */
export const WINDOW_SIZE = 2 ** 30;

/**
 * A part of an address range as arrays of 1 GiB each; the last one may be shorter. An array is made when it is first
 * used: the collector counts all its bytes as allocated, and may run for each one.
 */
export class Windows {
  readonly size: number;
  readonly #range: AddressRange;
  readonly #lead: number;
  readonly #arrays: (Uint8Array | undefined)[];

  /** `lead` is where the part begins in the range. */
  constructor(range: AddressRange, lead: number, size: number) {
    this.size = size;
    this.#range = range;
    this.#lead = lead;
    this.#arrays = new Array<undefined>(Math.ceil(size / WINDOW_SIZE)).fill(undefined);
  }

  /** All of it, if one window is enough. */
  get bytes(): Uint8Array | undefined {
    return this.size <= WINDOW_SIZE ? this.#array(0) : undefined;
  }

  read(offset: number, into: Uint8Array): void {
    checkAccess(offset, into.length, this.size);
    let done = 0;
    while (done < into.length) {
      const piece = this.#piece(offset + done, into.length - done);
      into.set(piece, done);
      done += piece.length;
    }
  }

  write(offset: number, from: Uint8Array): void {
    checkAccess(offset, from.length, this.size);
    let done = 0;
    while (done < from.length) {
      const piece = this.#piece(offset + done, from.length - done);
      piece.set(piece.length === from.length ? from : from.subarray(done, done + piece.length));
      done += piece.length;
    }
  }

  /** Undefined for a range over two windows. */
  view(offset: number, length: number): Uint8Array | undefined {
    checkAccess(offset, length, this.size);
    const piece = this.#piece(offset, length);
    return piece.length === length ? piece : undefined;
  }

  /** As much of the range as its first window has. */
  #piece(offset: number, length: number): Uint8Array {
    // The end of the memory belongs to the last window, where an empty range may lie.
    const index = Math.min(Math.floor(offset / WINDOW_SIZE), this.#arrays.length - 1);
    const start = offset - index * WINDOW_SIZE;
    return this.#array(index).subarray(start, start + length);
  }

  #array(index: number): Uint8Array {
    return (this.#arrays[index] ??= this.#make(index * WINDOW_SIZE));
  }

  #make(start: number): Uint8Array {
    const length = Math.min(WINDOW_SIZE, this.size - start);
    return new Uint8Array(this.#range.buffer(this.#lead + start, length));
  }
}
