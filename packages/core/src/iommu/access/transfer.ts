import { failure } from '../../errors/index.js';
import type { Iova } from '../dma/dma.js';
import type { MemoryObject } from '../memory/index.js';

/** What is moved in one go: a part of one memory object, with what an error tells of it. */
export interface Transfer {
  readonly memory: MemoryObject;
  /** In the memory object. */
  readonly offset: number;
  readonly data: Uint8Array;
  readonly write: boolean;
  readonly iova: Iova;
  /** Bytes of the same call that were moved before. */
  readonly done: number;
}

/** Moves bytes. Throws EFAULT `access.memory` for memory that shrank or failed. */
export function transfer({ memory, offset, data, write, iova, done }: Transfer): void {
  if (offset + data.length > memory.size) {
    throw failure('access.memory', { iova, done, available: memory.size });
  }
  try {
    if (write) {
      memory.write(offset, data);
    } else {
      memory.read(offset, data);
    }
  } catch (error) {
    throw failure('access.memory', { iova, done }, error);
  }
}

/** A part of an array; the array itself where that is all of it. */
export function part(data: Uint8Array, start: number, size: number): Uint8Array {
  return size === data.length ? data : data.subarray(start, start + size);
}
