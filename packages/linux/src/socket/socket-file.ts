import { closeSync, lstatSync, unlinkSync, type BigIntStats } from 'node:fs';
import { Errno } from '@mdevkit/uapi';
import { failure } from '../errors.js';
import { bindSocket, callFailed, connectSocket, fileCall, openSocket } from '../libc/index.js';

/** A path, and what stood there at one moment. */
interface Seen {
  readonly path: string;
  readonly status: BigIntStats;
}

/** The file that a listening socket made for itself. */
export class SocketFile {
  readonly #own: Seen;

  private constructor(own: Seen) {
    this.#own = own;
  }

  /**
   * Binds the socket. A socket file that nobody listens on any more is replaced, unless another server replaces it
   * first. Two servers that replace the same one in the very same moment are not kept from each other: a path belongs
   * to one server.
   *
   * Throws `linux.socket-in-use`, `linux.socket-exists`, and `linux.call`.
   */
  static bind(fd: number, path: string, address: Uint8Array): SocketFile {
    let errno = bindSocket(fd, address);
    if (errno === Errno.EADDRINUSE) {
      removeLeftBehind(path, address);
      errno = bindSocket(fd, address);
    }
    if (errno === Errno.EADDRINUSE) {
      throw failure('linux.socket-in-use', { path });
    }
    if (errno !== 0) {
      throw callFailed('bind', errno, { path });
    }
    return new SocketFile({ path, status: fileCall('lstat', () => lstatSync(path, bigint)) });
  }

  /** Unless there is another file by now. Throws `linux.call`. */
  remove(): void {
    removeIfSame(this.#own);
  }
}

const bigint = { bigint: true } as const;

function removeLeftBehind(path: string, address: Uint8Array): void {
  const status = fileCall('lstat', () => lstatSync(path, { ...bigint, throwIfNoEntry: false }));
  if (status === undefined) {
    return;
  }
  if (!status.isSocket()) {
    throw failure('linux.socket-exists', { path });
  }
  const probe = openSocket();
  try {
    const errno = connectSocket(probe, address);
    // A server of datagrams, or one whose queue is full, listens as well.
    if (errno === 0 || errno === Errno.EAGAIN || errno === Errno.EPROTOTYPE) {
      throw failure('linux.socket-in-use', { path });
    }
    if (errno !== Errno.ECONNREFUSED && errno !== Errno.ENOENT) {
      throw callFailed('connect', errno, { path });
    }
  } finally {
    closeSync(probe);
  }
  removeIfSame({ path, status });
}

/** Numbers of inodes are used again; where the file system keeps the time of birth, that tells them apart. */
function removeIfSame({ path, status }: Seen): void {
  const now = fileCall('lstat', () => lstatSync(path, { ...bigint, throwIfNoEntry: false }));
  if (now?.dev === status.dev && now.ino === status.ino && now.birthtimeNs === status.birthtimeNs) {
    fileCall('unlink', () => {
      unlinkSync(path);
    });
  }
}
