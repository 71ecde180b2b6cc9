import { Errno } from '@mdevkit/uapi';
import { callFailed } from './call-failed.js';
import * as c from './constants.js';
import { checkDescriptor } from './descriptors.js';
import { libc } from './libc.js';

/** Who made the other end of a socket, or connected it. The ids of another user namespace are mapped into this one. */
export interface PeerCredentials {
  /** 0 of a process that this one cannot see. */
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** A stream socket that never blocks. Throws `linux.call`. */
export function openSocket(): number {
  const fd = libc().socket(c.AF_UNIX, c.SOCK_STREAM | c.SOCK_CLOEXEC | c.SOCK_NONBLOCK, 0);
  return checked('socket', fd);
}

/** Two stream sockets that are connected. Throws `linux.call`. */
export function openSocketPair(): readonly [number, number] {
  const fds = new Int32Array(2);
  checked('socketpair', libc().socketpair(c.AF_UNIX, c.SOCK_STREAM | c.SOCK_CLOEXEC, 0, fds));
  const [one = -1, two = -1] = fds;
  return [one, two];
}

/** The errno of connect(2), 0 if it succeeded. `address` is a `struct sockaddr_un`. */
export function connectSocket(fd: number, address: Uint8Array): number {
  return libc().connect(fd, address, address.length) < 0 ? libc().errno() : 0;
}

/** The errno of bind(2), 0 if it succeeded. */
export function bindSocket(fd: number, address: Uint8Array): number {
  return libc().bind(fd, address, address.length) < 0 ? libc().errno() : 0;
}

/** Throws `linux.call`. */
export function listenOn(fd: number, backlog: number): void {
  checked('listen', libc().listen(fd, backlog));
}

/** Undefined if there is none, or if it has ended again already. Throws `linux.call`, for example EMFILE. */
export function acceptFrom(fd: number): number | undefined {
  for (;;) {
    const accepted = libc().accept4(fd, 0, 0, c.SOCK_CLOEXEC);
    if (accepted >= 0) {
      return accepted;
    }
    const errno = libc().errno();
    if (errno === Errno.EAGAIN || errno === Errno.ECONNABORTED) {
      return undefined;
    }
    if (errno !== Errno.EINTR) {
      throw callFailed('accept4', errno);
    }
  }
}

/** Ends both directions; a socket that is not connected has none. Throws `linux.call`. */
export function shutDown(fd: number): void {
  if (libc().shutdown(fd, c.SHUT_RDWR) < 0) {
    const errno = libc().errno();
    if (errno !== Errno.ENOTCONN) {
      throw callFailed('shutdown', errno);
    }
  }
}

/** Throws `linux.call`. */
export function peerOf(fd: number): PeerCredentials {
  const [pid = 0, uid = 0, gid = 0] = socketOption(fd, c.SO_PEERCRED, 3);
  return { pid, uid: uid >>> 0, gid: gid >>> 0 };
}

/** Whether it is a stream socket of AF_UNIX that does not listen. Throws `linux.call`, as ENOTSOCK. */
export function isUnixStream(fd: number): boolean {
  checkDescriptor(fd);
  const [domain, type, listens] = [c.SO_DOMAIN, c.SO_TYPE, c.SO_ACCEPTCONN].map(
    (name) => socketOption(fd, name, 1)[0],
  );
  return domain === c.AF_UNIX && type === c.SOCK_STREAM && listens === 0;
}

/** Whether it is a socket of any kind; a descriptor that is none, or not open, is not. Throws `linux.platform`. */
export function isSocket(fd: number): boolean {
  const value = new Int32Array(1);
  const length = Int32Array.of(value.byteLength);
  return libc().getsockopt(fd, c.SOL_SOCKET, c.SO_TYPE, value, length) === 0;
}

function socketOption(fd: number, name: number, words: number): Int32Array {
  const value = new Int32Array(words);
  const length = Int32Array.of(value.byteLength);
  checked('getsockopt', libc().getsockopt(fd, c.SOL_SOCKET, name, value, length));
  return value;
}

function checked(call: string, answer: number): number {
  if (answer < 0) {
    throw callFailed(call, libc().errno());
  }
  return answer;
}
