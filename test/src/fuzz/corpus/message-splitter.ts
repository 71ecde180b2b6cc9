import { HEADER_SIZE, sizeOf } from '../message/index.js';

/** A message of a client, and how many descriptors came with it. */
export interface RecordedMessage {
  readonly bytes: Uint8Array;
  readonly descriptors: number;
}

/** Makes messages of a stream of bytes, each with the descriptors of the reading in which it starts last. */
export class MessageSplitter {
  readonly messages: RecordedMessage[] = [];
  #rest: Uint8Array = new Uint8Array(0);
  #descriptors = 0;

  /** Takes what one reading brought. Throws RangeError where no message can begin. */
  add(bytes: Uint8Array, descriptors: number): void {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    this.#descriptors += descriptors;
    let start = 0;
    while (all.length - start >= HEADER_SIZE) {
      const size = sizeOf(all, start);
      if (size < HEADER_SIZE) {
        throw new RangeError(`a message of ${size} bytes`);
      }
      if (start + size > all.length) {
        break;
      }
      // Linux ends a reading after the message that brought descriptors.
      const isLast = start + size === all.length;
      const own = isLast ? this.#descriptors : 0;
      this.messages.push({ bytes: all.slice(start, start + size), descriptors: own });
      this.#descriptors -= own;
      start += size;
    }
    this.#rest = all.slice(start);
  }
}
