import { closeSync } from 'node:fs';
import { trackDisposable, trackReleased } from '@mdevkit/core';
import { Errno } from '@mdevkit/uapi';
import { failure } from '../errors.js';
import {
  callFailed,
  checkDescriptor,
  closeOnExec,
  connectSocket,
  isUnixStream,
  libc,
  MSG_CMSG_CLOEXEC,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  openSocket,
  openSocketPair,
  orClosed,
  peerOf,
  shutDown,
  type PeerCredentials,
} from '../libc/index.js';
import type { NativeBuffer } from '../native/index.js';
import { endWatchOf, waitFor } from '../poll/index.js';
import { socketAddress } from './address.js';
import { maxDescriptors, MessageRoom } from './message-room.js';
import { ReceivedDescriptors } from './received-descriptors.js';

const receiveFlags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC;
const sendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

/**
 * A connected stream socket of this machine, which carries bytes and descriptors. Nothing but {@link wait} blocks.
 *
 * Linux ends one reading after the bytes of the message that brought descriptors, and may begin it with bytes of
 * messages before; if the room is shorter than the message, they come with its first part.
 *
 * Source: unix(7), net/unix/af_unix.c.
 */
export class UnixStream implements Disposable {
  readonly #room = new MessageRoom();
  readonly #received = new ReceivedDescriptors();
  #fd: number | undefined;

  private constructor(fd: number) {
    this.#fd = fd;
    trackDisposable(this);
  }

  /**
   * Throws `linux.socket-path`, `linux.platform`, and `linux.call` with what the kernel says: ENOENT and ECONNREFUSED
   * without a server, EAGAIN if too many clients wait to be accepted.
   */
  static connect(path: string): UnixStream {
    const address = socketAddress(path);
    const fd = openSocket();
    return orClosed(fd, () => {
      const errno = connectSocket(fd, address);
      if (errno !== 0) {
        throw callFailed('connect', errno, { path });
      }
      return new UnixStream(fd);
    });
  }

  /** Both ends of a connection. Throws `linux.call` and `linux.platform`. */
  static pair(): [UnixStream, UnixStream] {
    const [first, second] = openSocketPair();
    return orClosed(second, () => {
      const stream = orClosed(first, () => new UnixStream(first));
      try {
        return [stream, new UnixStream(second)];
      } catch (error) {
        stream[Symbol.dispose]();
        throw error;
      }
    });
  }

  /**
   * Owns the descriptor from then on; one that it refuses stays the caller's.
   *
   * Throws `linux.not-stream` (EPROTOTYPE), `linux.platform`, and `linux.call`, as ENOTSOCK.
   */
  static adopt(fd: number): UnixStream {
    if (!isUnixStream(fd)) {
      throw failure('linux.not-stream', { fd });
    }
    closeOnExec(fd);
    return new UnixStream(fd);
  }

  /** To watch or to pass on; it is closed when this is disposed. Throws `linux.closed`. */
  get fd(): number {
    if (this.#fd === undefined) {
      throw failure('linux.closed');
    }
    return this.#fd;
  }

  /** Who made or connected the other end (SO_PEERCRED). Throws `linux.closed` and `linux.call`. */
  get peer(): PeerCredentials {
    return peerOf(this.fd);
  }

  /** Whether descriptors came that nobody has taken. */
  get hasDescriptors(): boolean {
    return this.#received.some;
  }

  /**
   * Whether descriptors got lost since the last {@link takeDescriptors}, because this process may not open more
   * (MSG_CTRUNC).
   */
  get descriptorsTruncated(): boolean {
    return this.#received.truncated;
  }

  /** The descriptors that came, in their order; the caller closes them. Those that nobody takes are closed at disposal. */
  takeDescriptors(): number[] {
    return this.#received.take();
  }

  /**
   * Reads up to `length` bytes into `buffer` from its byte `at`.
   *
   * Throws `linux.fault` for a part that is not inside the buffer, `linux.empty-message` for one of 0 bytes,
   * `linux.closed`, `linux.released` and `linux.call`.
   *
   * @returns how many bytes came; -1 if there are none now, 0 if the peer is gone
   */
  receive(buffer: NativeBuffer, at: number, length: number): number {
    const fd = this.fd;
    const address = partOf(buffer, at, length);
    const room = this.#room;
    for (;;) {
      const count = room.receive(fd, address, length, receiveFlags);
      if (count >= 0) {
        this.#received.keep(room);
        return count;
      }
      const errno = libc().errno();
      if (errno === Errno.EAGAIN) {
        return -1;
      }
      if (errno === Errno.ECONNRESET) {
        return 0;
      }
      if (errno !== Errno.EINTR) {
        throw callFailed('recvmsg', errno);
      }
    }
  }

  /**
   * Sends up to `length` bytes of `buffer` from its byte `at`. Descriptors go with the first byte that is taken, so the
   * rest is sent without them; they stay the caller's, who may close them at once.
   *
   * Throws `linux.peer-gone` (EPIPE), `linux.descriptors` for more than 253, `linux.fault`, `linux.empty-message`,
   * `linux.closed`, `linux.released`, and `linux.call`: EBADF of what is no descriptor, ETOOMANYREFS.
   *
   * @returns how many bytes were taken; -1 if there is no room now, and then no descriptor was taken either
   */
  send(
    buffer: NativeBuffer,
    at: number,
    length: number,
    descriptors: readonly number[] = none,
  ): number {
    const fd = this.fd;
    const address = partOf(buffer, at, length);
    checkDescriptors(descriptors);
    for (;;) {
      const count =
        descriptors.length === 0
          ? libc().send(fd, address, length, sendFlags)
          : this.#room.send(fd, address, length, sendFlags, descriptors);
      if (count >= 0) {
        return count;
      }
      const errno = libc().errno();
      if (errno === Errno.EAGAIN) {
        return -1;
      }
      if (errno === Errno.EPIPE || errno === Errno.ECONNRESET || errno === Errno.ENOTCONN) {
        throw failure('linux.peer-gone');
      }
      if (errno !== Errno.EINTR) {
        throw callFailed('sendmsg', errno);
      }
    }
  }

  /**
   * Blocks the process until there is something to read or room to write, or the peer is gone; for programs that
   * have nothing else to do.
   *
   * Throws `linux.timeout` for what is not 0 to 2^31-1 milliseconds, `linux.closed` and `linux.call`.
   *
   * @returns false if the time is over
   */
  wait(readable: boolean, writable: boolean, timeoutMs: number): boolean {
    return waitFor(this.fd, readable, writable, timeoutMs);
  }

  /** Ends both directions: both sides read what was sent before and then the end. Throws `linux.closed`, `linux.call`. */
  shutdown(): void {
    shutDown(this.fd);
  }

  /** Ends a watch of the descriptor as well. */
  [Symbol.dispose](): void {
    const fd = this.#fd;
    if (fd !== undefined) {
      this.#fd = undefined;
      trackReleased(this);
      endWatchOf(fd);
      try {
        this.#received[Symbol.dispose]();
        this.#room[Symbol.dispose]();
      } finally {
        closeSync(fd);
      }
    }
  }
}

const none: readonly number[] = [];

function partOf(buffer: NativeBuffer, at: number, length: number): number {
  if (length === 0) {
    throw failure('linux.empty-message');
  }
  return buffer.addressOf(at, length);
}

function checkDescriptors(descriptors: readonly number[]): void {
  if (descriptors.length > maxDescriptors) {
    throw failure('linux.descriptors', { count: descriptors.length });
  }
  descriptors.forEach(checkDescriptor);
}
