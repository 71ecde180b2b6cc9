import type { Stats } from 'node:fs';
import { failure } from '../errors.js';
import {
  F_SEAL_FUTURE_WRITE,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  HUGETLBFS_MAGIC,
  TMPFS_MAGIC,
  fileSystemOf,
  openModeOf,
  sealsOf,
  statusOf,
} from '../libc/index.js';
import type { DescriptorOptions } from './options.js';

/** A part of a descriptor that was found to be there. */
export interface DescriptorPart {
  readonly offset: number;
  readonly size: number;
  /** Whether `fstat` tells its end; it tells no size of a device. */
  readonly hasEnd: boolean;
}

/** What a descriptor leads to, asked of the kernel once. */
export interface DescriptorKind {
  readonly hugePages: boolean;
  readonly memfd: boolean;
  /** F_SEAL_…; none are ever taken off. */
  readonly seals: number;
}

/** Throws `linux.call`. */
export function kindOfMemory(fd: number): DescriptorKind {
  const system = fileSystemOf(fd);
  return {
    hugePages: system === HUGETLBFS_MAGIC,
    memfd: system === TMPFS_MAGIC,
    seals: sealsOf(fd),
  };
}

/**
 * Throws `linux.shrinkable` or `linux.huge-pages` for what cannot safely be mapped if its owner is not trusted. Pages of
 * a memfd that is sealed against shrinking can always be had; a hole of a huge page file is filled only while the pool
 * lasts.
 */
export function requireSafe({ hugePages, memfd, seals }: DescriptorKind): void {
  if (hugePages) {
    throw failure('linux.huge-pages');
  }
  if (!memfd || (seals & F_SEAL_SHRINK) === 0) {
    throw failure('linux.shrinkable');
  }
}

/** Throws `linux.range` unless the part that is asked for is there. */
export function partOf(fd: number, options: DescriptorOptions): DescriptorPart {
  const status = statusOf(fd);
  const hasEnd = status.size > 0 || options.trusted !== true;
  const available = hasEnd ? status.size : Number.MAX_SAFE_INTEGER;
  const { offset = 0, size = hasEnd ? available - offset : 0 } = options;
  if (!isSize(offset) || !isSize(size) || size === 0 || offset + size > available) {
    throw failure('linux.range', { offset, size, available });
  }
  return { offset, size, hasEnd };
}

/** Whether the part is to be writable. Throws `linux.access` or `linux.read-only` if it cannot be as asked. */
export function writableOf(fd: number, wanted: boolean | undefined, seals = sealsOf(fd)): boolean {
  const mode = openModeOf(fd);
  if (!mode.read || (wanted === true && !mode.write)) {
    throw failure('linux.access', mode.read ? { access: 'write' } : { access: 'read' });
  }
  const sealed = (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) !== 0;
  if (wanted === true && sealed) {
    throw failure('linux.read-only', { sealed });
  }
  return wanted ?? (mode.write && !sealed);
}

/** How many bytes of a part that has an end are there now. */
export function remainingOf(status: Stats, part: DescriptorPart): number {
  return Math.max(0, Math.min(part.size, status.size - part.offset));
}

/** Throws `linux.fault` unless the access is inside `size` bytes. */
export function checkAccess(offset: number, length: number, size: number): void {
  if (!(offset >= 0 && offset + length <= size)) {
    throw failure('linux.fault', { offset, length, size });
  }
}

/** A size or an offset that a number holds exactly. */
export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
