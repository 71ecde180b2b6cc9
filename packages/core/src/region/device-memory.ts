import type { FilePlace } from '../iommu/memory/index.js';
import { MMAP_PAGE } from './mmap-page.js';
import type { RangeHandler } from './range-handler.js';

/** Bytes that other processes can map by a descriptor, as `SharedMemory` of `@mdevkit/linux` gives them. */
export interface SharedBytes {
  /** Undefined of more than one array can hold. */
  readonly bytes: Uint8Array | undefined;
  /** Where they begin. */
  readonly place?: FilePlace | undefined;
}

export interface DeviceMemoryOptions {
  /** Keep the contents over a reset, as battery-backed or host-visible memory does. */
  readonly preserve?: boolean;
  /**
   * Where the bytes are instead of in the heap of this process, so that a client in another one can map them. Whoever
   * made them releases them, not before the device is gone.
   */
  readonly shared?: SharedBytes;
  /**
   * Where the memory starts in the shared bytes, a multiple of 4096; 0 by default. All that can be mapped of one region
   * lies in one file as it lies in the region: else it is mapped in this process only.
   */
  readonly sharedOffset?: number;
}

/** The constructor of a typed array. */
export interface TypedArrayOf<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** Up to this many bytes a loop is cheaper than the two views of a block copy. */
const LOOP = 32;

/**
 * Memory of a device. The bytes are allocated on first use, so a large memory that nobody touches costs
 * nothing; memory that was only read is still not allocated and reads as zero. The bytes never move:
 * a mapping stays valid for the life of the memory, also over {@link DeviceMemory.reset}.
 */
export class DeviceMemory implements RangeHandler {
  /** Bytes, at least 1. */
  readonly size: number;
  /** Where another process finds it, if it can. */
  readonly place: FilePlace | undefined;
  readonly #preserve: boolean;
  #bytes: Uint8Array | undefined;

  /** Throws RangeError unless `size` is a positive integer, and the shared bytes hold it. */
  constructor(size: number, options: DeviceMemoryOptions = {}) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`device memory: ${size} is not a positive number of bytes`);
    }
    this.size = size;
    this.#preserve = options.preserve ?? false;
    const { shared, sharedOffset = 0 } = options;
    this.#bytes = shared && sharedPart(shared, sharedOffset, size);
    const file = shared?.place;
    this.place = file && { fd: file.fd, offset: file.offset + sharedOffset };
  }

  /** The whole memory; allocates on first use. */
  get bytes(): Uint8Array {
    return (this.#bytes ??= new Uint8Array(this.size));
  }

  /** The window `[offset, offset + length)` without a copy. Throws RangeError when it is not inside. */
  view(offset: number, length: number): Uint8Array {
    this.#check(offset, length);
    return this.bytes.subarray(offset, offset + length);
  }

  /** The same window for the structs of `@mdevkit/uapi`. Throws RangeError when it is not inside. */
  dataView(offset: number, length: number): DataView {
    const { buffer, byteOffset } = this.view(offset, length);
    return new DataView(buffer, byteOffset, length);
  }

  /**
   * The same window as `length` elements of a typed array, for example `memory.array(Uint32Array, 0x40, 8)`.
   * Throws RangeError when it is not inside or `offset` is not a multiple of the element's size.
   */
  array<T>(type: TypedArrayOf<T>, offset: number, length: number): T {
    const { buffer, byteOffset } = this.view(offset, length * type.BYTES_PER_ELEMENT);
    return new type(buffer, byteOffset, length);
  }

  /** Copies out. Throws RangeError outside of the memory. Returns `length`. */
  read(offset: number, data: DataView, at: number, length: number): number {
    this.#check(offset, length);
    const bytes = this.#bytes;
    if (length > LOOP) {
      const target = new Uint8Array(data.buffer, data.byteOffset + at, length);
      if (bytes === undefined) {
        target.fill(0);
      } else {
        target.set(bytes.subarray(offset, offset + length));
      }
      return length;
    }
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, bytes?.[offset + i] ?? 0);
    }
    return length;
  }

  /** Copies in. Throws RangeError outside of the memory. Returns `length`. */
  write(offset: number, data: DataView, at: number, length: number): number {
    this.#check(offset, length);
    const bytes = this.bytes;
    if (length > LOOP) {
      bytes.set(new Uint8Array(data.buffer, data.byteOffset + at, length), offset);
      return length;
    }
    for (let i = 0; i < length; i++) {
      bytes[offset + i] = data.getUint8(at + i);
    }
    return length;
  }

  /** Zeroes the memory, unless it was made with `preserve`. */
  reset(): void {
    if (!this.#preserve) {
      this.#bytes?.fill(0);
    }
  }

  #check(offset: number, length: number): void {
    const inside =
      Number.isSafeInteger(offset) &&
      Number.isSafeInteger(length) &&
      offset >= 0 &&
      length >= 0 &&
      offset + length <= this.size;
    if (!inside) {
      throw new RangeError(
        `device memory of ${this.size} bytes: ${length} bytes at ${offset} are not inside`,
      );
    }
  }
}

function sharedPart({ bytes }: SharedBytes, offset: number, size: number): Uint8Array {
  if (
    bytes === undefined ||
    offset % MMAP_PAGE !== 0 ||
    !(offset >= 0 && offset + size <= bytes.length)
  ) {
    throw new RangeError(
      `device memory: ${size} bytes at ${offset} are not pages of ${bytes?.length ?? 0} shared bytes`,
    );
  }
  return bytes.subarray(offset, offset + size);
}
