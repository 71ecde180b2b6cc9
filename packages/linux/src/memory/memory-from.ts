import { MdevError } from '@mdevkit/core';
import { FileMemory } from './file-memory.js';
import type { DescriptorOptions } from './options.js';
import { SharedMemory } from './shared-memory.js';

/**
 * Memory of a peer by its descriptor: mapped if that is safe or the peer is trusted, else read and written with
 * system calls. The caller keeps his descriptor and may close it; the answer must be disposed.
 *
 * Throws `linux.huge-pages` (EPERM) for huge pages of a peer that is not trusted, which cannot be written with
 * system calls either, and what {@link SharedMemory.from} and {@link FileMemory.from} throw.
 */
export function memoryFrom(fd: number, options: DescriptorOptions = {}): SharedMemory | FileMemory {
  try {
    return SharedMemory.from(fd, options);
  } catch (error) {
    if (MdevError.is(error) && error.reason === 'linux.shrinkable') {
      return FileMemory.from(fd, options);
    }
    throw error;
  }
}
