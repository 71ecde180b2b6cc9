import { failure } from '../errors.js';
import { checkDescriptor } from '../libc/index.js';
import { safetyOf } from './descriptor-part.js';
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
  if (options.trusted === true) {
    return SharedMemory.from(fd, options);
  }
  checkDescriptor(fd);
  const safety = safetyOf(fd);
  if (safety === 'huge-pages') {
    throw failure('linux.huge-pages');
  }
  return safety === 'safe' ? SharedMemory.from(fd, options) : FileMemory.from(fd, options);
}
