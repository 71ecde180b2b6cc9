const SMALLEST = 512;

/**
 * A place for the bytes of one request, which a handler may use as long as it works on it. They are copied out of the
 * buffer of the socket, because a handler that is given up could look at them at any time.
 */
export class RequestBytes {
  #bytes = new Uint8Array(SMALLEST);
  /** The part that the last request had: requests of one kind have the same length. */
  #part = this.#bytes;

  /** A copy, which is valid until the next one, unless it is given away. */
  copy(from: Uint8Array, at: number, length: number): Uint8Array {
    if (length > this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    }
    if (length !== this.#part.length || this.#part.buffer !== this.#bytes.buffer) {
      this.#part = this.#bytes.subarray(0, length);
    }
    copyBytes(from, at, length, this.#part);
    return this.#part;
  }

  /** The last copy belongs to somebody else from now on. */
  give(): void {
    this.#bytes = new Uint8Array(SMALLEST);
  }
}

/** Below so many bytes a loop is faster than a view. */
const FEW = 64;

function copyBytes(from: Uint8Array, at: number, length: number, into: Uint8Array): void {
  if (length > FEW) {
    into.set(from.subarray(at, at + length));
    return;
  }
  for (let i = 0; i < length; i++) {
    into[i] = from[at + i] ?? 0;
  }
}
