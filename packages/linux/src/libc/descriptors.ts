import { closeSync, constants, fstatSync, readlinkSync, type Stats } from 'node:fs';
import { Errno } from '@mdevkit/uapi';
import { callFailed, fileCall } from './call-failed.js';
import * as c from './constants.js';
import { libc } from './libc.js';

/** A larger number would be cut to 32 bits and name another descriptor. */
const maxDescriptor = 2 ** 31 - 1;

/** Of `struct statfs`, include/uapi/asm-generic/statfs.h, with room for what a newer one may have. */
const structStatfsSize = 256;

/** What a descriptor was opened for. */
export interface OpenMode {
  readonly read: boolean;
  readonly write: boolean;
  readonly append: boolean;
}

/** A new memfd of `size` bytes that can be sealed. Throws `linux.call`. */
export function createMemfd(name: string, size: number): number {
  const fd = libc().memfdCreate(name, c.MFD_CLOEXEC | c.MFD_ALLOW_SEALING);
  if (fd < 0) {
    throw callFailed('memfd_create', libc().errno(), { name });
  }
  return orClosed(fd, () => {
    if (libc().truncate(fd, size) < 0) {
      throw callFailed('ftruncate', libc().errno(), { size });
    }
    return fd;
  });
}

/** A second descriptor of the same open file, which the caller closes. Throws `linux.call`. */
export function duplicate(fd: number): number {
  return fcntl('F_DUPFD_CLOEXEC', fd, c.F_DUPFD_CLOEXEC);
}

/** Second descriptors of the same open files, which outlive those that were lent. Throws `linux.call`, and makes none then. */
export function duplicates(fds: readonly number[]): number[] {
  const made: number[] = [];
  try {
    for (const fd of fds) {
      made.push(duplicate(fd));
    }
    return made;
  } catch (error) {
    made.forEach((fd) => {
      closeSync(fd);
    });
    throw error;
  }
}

/** Adds F_SEAL_… to a memfd; no one can take them off. Throws `linux.call`. */
export function addSeals(fd: number, seals: number): void {
  fcntl('F_ADD_SEALS', fd, c.F_ADD_SEALS, seals);
}

/** The F_SEAL_… of a memfd; 0 of anything that cannot be sealed. Throws `linux.call`. */
export function sealsOf(fd: number): number {
  const seals = libc().fcntl(fd, c.F_GET_SEALS, 'int', 0);
  if (seals >= 0) {
    return seals;
  }
  const errno = libc().errno();
  if (errno === Errno.EINVAL) {
    return 0;
  }
  throw callFailed('fcntl', errno, { command: 'F_GET_SEALS' });
}

/** Throws `linux.call`. */
export function openModeOf(fd: number): OpenMode {
  const flags = fcntl('F_GETFL', fd, c.F_GETFL);
  const mode = flags & (constants.O_RDONLY | constants.O_WRONLY | constants.O_RDWR);
  return {
    read: mode !== constants.O_WRONLY,
    write: mode !== constants.O_RDONLY,
    append: (flags & constants.O_APPEND) !== 0,
  };
}

/** Throws `linux.call`. */
export function statusOf(fd: number): Stats {
  return fileCall('fstat', () => fstatSync(fd));
}

/** The number of the kind of file system that the file is on. Throws `linux.call`. */
export function fileSystemOf(fd: number): number {
  const status = new Uint8Array(structStatfsSize);
  if (libc().fileSystem(fd, status) < 0) {
    throw callFailed('fstatfs', libc().errno());
  }
  // `f_type` is its first member, of 64 bits, and magic numbers have 32.
  return new DataView(status.buffer).getUint32(0, true);
}

/** What the descriptor is, as procfs tells it: a path, or a kind like `anon_inode:[eventfd]`. Throws `linux.call`. */
export function kindOf(fd: number): string {
  checkDescriptor(fd);
  // Where there is no procfs, the platform is what is wrong.
  libc();
  return fileCall('readlink', () => readlinkSync(`/proc/self/fd/${fd}`));
}

/** No program that this one starts inherits the descriptor. Throws `linux.call`. */
export function closeOnExec(fd: number): void {
  fcntl('F_SETFD', fd, c.F_SETFD, c.FD_CLOEXEC);
}

/** Throws `linux.call` (EBADF) of what cannot be a descriptor. */
export function checkDescriptor(fd: number): void {
  if (!Number.isInteger(fd) || fd < 0 || fd > maxDescriptor) {
    throw callFailed('fcntl', Errno.EBADF, { fd });
  }
}

/** Answers what `build` makes of a descriptor; the descriptor is closed if it throws. */
export function orClosed<T>(fd: number, build: () => T): T {
  try {
    return build();
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function fcntl(command: string, fd: number, number: number, argument = 0): number {
  checkDescriptor(fd);
  const answer = libc().fcntl(fd, number, 'int', argument);
  if (answer < 0) {
    throw callFailed('fcntl', libc().errno(), { command });
  }
  return answer;
}
