import { callFailed } from './call-failed.js';
import * as c from './constants.js';
import { libc } from './libc.js';

const readWrite = c.PROT_READ | c.PROT_WRITE;

/**
 * Maps a part of a file. `offset` and `length` are multiples of the size of its pages.
 *
 * Memory that is not writable is mapped copy on write: JavaScript has no read-only arrays, and a stray write
 * must neither reach the owner nor kill the process, as it would with PROT_READ.
 *
 * Throws `linux.call`.
 *
 * @returns the address
 */
export function mapFile(fd: number, offset: number, length: number, writable: boolean): number {
  const flags = writable ? c.MAP_SHARED : c.MAP_PRIVATE | c.MAP_NORESERVE;
  return mmap(0, length, flags, fd, offset);
}

/** Maps zero pages, which cost nothing until they are touched. Throws `linux.call`. */
export function mapAnonymous(length: number): number {
  return mmap(0, length, c.MAP_PRIVATE | c.MAP_ANONYMOUS | c.MAP_NORESERVE, -1, 0);
}

/** Puts zero pages that belong to nobody else in the place of a mapping. Throws `linux.call`. */
export function mapZeros(address: number, length: number): void {
  const flags = c.MAP_PRIVATE | c.MAP_ANONYMOUS | c.MAP_FIXED | c.MAP_NORESERVE;
  mmap(address, length, flags, -1, 0);
}

/** Throws `linux.call`. */
export function unmap(address: number, length: number): void {
  if (libc().munmap(address, length) < 0) {
    throw callFailed('munmap', libc().errno(), { length });
  }
}

/** The size of the pages of this system in bytes. */
export function pageSize(): number {
  return libc().pageSize;
}

function mmap(at: number, length: number, flags: number, fd: number, offset: number): number {
  const address = libc().mmap(at, length, readWrite, flags, fd, offset);
  if (address === -1) {
    throw callFailed('mmap', libc().errno(), { offset, length });
  }
  return address;
}
