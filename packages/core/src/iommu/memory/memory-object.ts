import type { DmaAccess } from '../dma/dma.js';

/** Where memory is in a file. */
export interface FilePlace {
  readonly fd: number;
  /** Bytes. */
  readonly offset: number;
}

/**
 * Memory that a client lends to devices: an ArrayBuffer of this process, shared memory, or a file. An address
 * space maps parts of it; all sizes and offsets are in bytes.
 *
 * A memory object is code of whoever hands it over, and is given the device's buffers to fill: it is as trusted as the
 * process. What comes from another process is bytes of a descriptor (see the `linux` package), not an object.
 *
 * Whoever maps a memory object keeps it alive for as long as the map. Its owner may take it away nevertheless
 * (a file shrinks, a buffer is transferred): {@link MemoryObject.size} is then smaller than before, and an
 * access beyond it faults.
 */
export interface MemoryObject {
  /** How much of it there is now. */
  readonly size: number;
  /** Whether it may be written at all; a writable map of memory that is not is refused (EPERM; type1v2 EFAULT). */
  readonly writable: boolean;
  /**
   * All of it without a copy, where it is reachable as one array; the same array every time. The hot path uses
   * it instead of {@link MemoryObject.read} and {@link MemoryObject.write}.
   */
  readonly bytes: Uint8Array | undefined;
  /** Making {@link MemoryObject.bytes} costs something: it is asked for at the first access, not when it is mapped. */
  readonly bytesOnDemand?: boolean;
  /** Where another process finds it, for memory that has a descriptor. */
  readonly place?: FilePlace | undefined;
  /** Fills `into` from `offset`. The range is inside {@link MemoryObject.size}. Throws what the source throws. */
  read(offset: number, into: Uint8Array): void;
  /** Stores `from` at `offset`. The range is inside {@link MemoryObject.size}. Throws what the source throws. */
  write(offset: number, from: Uint8Array): void;
  /**
   * The same for memory that answers by messages only: `read` and `write` of such memory may throw at any time. A range
   * that is read or written this way is checked before, not while it is under way.
   */
  fetch?(offset: number, into: Uint8Array): Promise<void>;
  store?(offset: number, from: Uint8Array): Promise<void>;
  /** Part of it without a copy; undefined where there is no such view (a file, a range over two windows). */
  view(offset: number, length: number): Uint8Array | undefined;
  /**
   * Has `released` called when {@link MemoryObject.bytes} stops being the memory, until the answer is disposed.
   * Only memory that can be released needs it; what happens to a buffer of this process shows in the array.
   */
  onRelease?(released: () => void): Disposable;
  /**
   * Holds a range in place until the answer is disposed: memory that can be released waits for that. Throws if
   * it cannot be held.
   */
  pin(offset: number, length: number): Disposable;
  /**
   * Whether the range, which is inside {@link MemoryObject.size}, can be accessed now; for memory whose parts come
   * and go, and only asked where there is no {@link MemoryObject.bytes}. Without it all of the size can be.
   */
  covers?(offset: number, length: number, access: DmaAccess): boolean;
}
