import { markAsUntransferable } from 'node:worker_threads';
import { libc, mapAnonymous, mapFile, mapZeros, unmap } from '../libc/index.js';

/**
 * Tells a range that a buffer over it has been collected. It is one for all, because a registry that is itself
 * collected tells nobody; it has no state that a caller could see.
 */
const collected = new FinalizationRegistry<AddressRange>((range) => {
  range.bufferCollected();
});

/**
 * Addresses of this process over which there are ArrayBuffers. An ArrayBuffer over foreign memory cannot be taken
 * back, so the addresses stay in use until the last one has been collected: until then {@link release} leaves zero
 * pages there, and a view that somebody kept reads zeros.
 */
export class AddressRange {
  readonly address: number;
  readonly #length: number;
  #buffers = 0;
  #released = false;

  private constructor(address: number, length: number) {
    this.address = address;
    this.#length = length;
  }

  /** `offset` and `length` are multiples of the size of the file's pages. Throws `linux.call`. */
  static map(fd: number, offset: number, length: number, writable: boolean): AddressRange {
    return new AddressRange(mapFile(fd, offset, length, writable), length);
  }

  /** Zero pages of this process. `length` is a multiple of the size of a page. Throws `linux.call`. */
  static anonymous(length: number): AddressRange {
    return new AddressRange(mapAnonymous(length), length);
  }

  /** A new buffer over a part of the range; at most 1 GiB, because Node 20 aborts over more. */
  buffer(offset: number, length: number): ArrayBuffer {
    const buffer = libc().arrayBuffer(this.address + offset, length);
    this.#buffers++;
    collected.register(buffer, this);
    keepInPlace(buffer);
    return buffer;
  }

  /** Takes the file away, once. Throws `linux.call` if the kernel has no memory for that. */
  release(): void {
    if (this.#released) {
      return;
    }
    this.#released = true;
    if (this.#buffers === 0) {
      unmap(this.address, this.#length);
    } else {
      mapZeros(this.address, this.#length);
    }
  }

  /** For the registry. */
  bufferCollected(): void {
    this.#buffers--;
    if (this.#buffers === 0 && this.#released) {
      try {
        unmap(this.address, this.#length);
      } catch {
        // No memory to cut a neighbour off: nobody could handle that here, and all that stays is addresses.
      }
    }
  }
}

/**
 * Another ArrayBuffer that took over the memory would not be counted. Messages to workers copy it instead, and
 * `transfer` of newer versions of Node is refused.
 */
function keepInPlace(buffer: ArrayBuffer): void {
  markAsUntransferable(buffer);
  Object.defineProperties(buffer, {
    transfer: { value: refuseTransfer },
    transferToFixedLength: { value: refuseTransfer },
  });
}

function refuseTransfer(): never {
  throw new TypeError('Native memory stays in its place: copy it with slice');
}
