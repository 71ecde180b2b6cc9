import { HEADER_SIZE, sizeOf } from '../message/index.js';

/** Bytes of a stream, of which whole messages are taken. */
export class MessageStream {
  #bytes: Uint8Array = new Uint8Array(256);
  #start = 0;
  #end = 0;

  add(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) {
      const rest = this.#bytes.subarray(this.#start, this.#end);
      const size = Math.max(2 * (rest.length + bytes.length), 256);
      const larger = size <= this.#bytes.length ? this.#bytes : new Uint8Array(size);
      larger.set(rest);
      this.#bytes = larger;
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Bytes of which no message was taken. */
  get rest(): number {
    return this.#end - this.#start;
  }

  /** What the header of the next message says of its size, if there is a header. */
  get nextSize(): number | undefined {
    return this.rest < HEADER_SIZE ? undefined : sizeOf(this.#bytes, this.#start);
  }

  /** The next `size` bytes, or all that are there; they stay as they are until bytes are added. */
  take(size: number): Uint8Array {
    const end = Math.min(this.#start + size, this.#end);
    const taken = this.#bytes.subarray(this.#start, end);
    this.#start = end;
    return taken;
  }
}
