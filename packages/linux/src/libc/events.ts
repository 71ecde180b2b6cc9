import { closeSync } from 'node:fs';
import { Errno } from '@mdevkit/uapi';
import { callFailed } from './call-failed.js';
import * as c from './constants.js';
import { checkDescriptor, orClosed } from './descriptors.js';
import { libc } from './libc.js';

/** An eventfd that never blocks. Throws `linux.call`. */
export function createEventfd(initial: number): number {
  const fd = libc().eventfd(initial, c.EFD_CLOEXEC | c.EFD_NONBLOCK);
  if (fd < 0) {
    throw callFailed('eventfd', libc().errno());
  }
  return fd;
}

/** A descriptor that can be read when `fd` can; the flags of `fd` stay as they are. Throws `linux.call`. */
export function openEpollOf(fd: number): number {
  checkDescriptor(fd);
  const epoll = libc().epollCreate(c.EPOLL_CLOEXEC);
  if (epoll < 0) {
    throw callFailed('epoll_create1', libc().errno());
  }
  return orClosed(epoll, () => {
    const errno = addTo(epoll, fd);
    if (errno !== 0) {
      throw callFailed('epoll_ctl', errno, { fd });
    }
    return epoll;
  });
}

/** Whether the kernel can tell when the descriptor is ready; of a file it cannot. Throws `linux.call`. */
export function canBePolled(fd: number): boolean {
  try {
    closeSync(openEpollOf(fd));
    return true;
  } catch (error) {
    if (error instanceof Error && 'errno' in error && error.errno === Errno.EPERM) {
      return false;
    }
    throw error;
  }
}

function addTo(epoll: number, fd: number): number {
  // A `struct epoll_event` has 12 bytes or 16, and its events come first.
  const event = new Uint8Array(16);
  event[0] = c.EPOLLIN;
  return libc().epollControl(epoll, c.EPOLL_CTL_ADD, fd, event) < 0 ? libc().errno() : 0;
}
