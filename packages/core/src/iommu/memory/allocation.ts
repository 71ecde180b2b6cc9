import { BufferMemory } from './buffer-memory.js';
import type { MemoryObject } from './memory-object.js';

/** Memory for a device that is more than bytes of this process, as `Device.dmaMap` takes it. */
export interface SharedAllocation {
  /** What is mapped; a device in another process is given its descriptor. */
  readonly memory: MemoryObject;
  /** The same memory, as this process has it. */
  readonly bytes: Uint8Array;
  /** Called once, when nobody uses the memory any more. */
  readonly release?: () => void;
}

/**
 * Gives a library memory that its device can be let into: whole pages of 4096 bytes. A device in another process has to ask
 * for each byte of plain memory by messages, or cannot reach it at all; it is given a descriptor of what has one.
 */
export type AllocateMemory = (bytes: number) => Uint8Array | SharedAllocation;

/** Memory of `size` bytes. Throws RangeError for memory of another size, and what `allocate` throws; nothing is left then. */
export function allocateFrom(allocate: AllocateMemory, size: number): SharedAllocation {
  const given = allocate(size);
  const shared: SharedAllocation =
    given instanceof Uint8Array ? { memory: new BufferMemory(given), bytes: given } : given;
  const { memory, bytes, release } = shared;
  if (bytes.length !== size || memory.size !== size) {
    release?.();
    throw new RangeError(
      `allocateMemory gave ${bytes.length} bytes of ${memory.size} instead of ${size}`,
    );
  }
  return shared;
}
