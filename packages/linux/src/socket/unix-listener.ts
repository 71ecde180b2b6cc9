import { closeSync, fchmodSync } from 'node:fs';
import { trackDisposable, trackReleased } from '@mdevkit/core';
import { failure } from '../errors.js';
import { acceptFrom, fileCall, listenOn, openSocket, orClosed } from '../libc/index.js';
import { endWatchOf } from '../poll/index.js';
import { socketAddress } from './address.js';
import { SocketFile } from './socket-file.js';
import { UnixStream } from './unix-stream.js';

/** Who may connect to a listener, and how many at once. */
export interface ListenOptions {
  /**
   * Who may connect: who may write the socket file. The umask of the process takes bits away. Default: 0o600, only
   * this user.
   */
  readonly mode?: number;
  /** How many clients may wait to be accepted; the kernel has a limit of its own (net.core.somaxconn). Default: 16. */
  readonly backlog?: number;
}

/**
 * A server socket at a path of the file system. Its file never has another mode than it is given, and goes with it.
 *
 * Source: unix(7).
 */
export class UnixListener implements Disposable {
  readonly path: string;
  readonly #file: SocketFile;
  #fd: number | undefined;

  private constructor(fd: number, path: string, file: SocketFile) {
    this.path = path;
    this.#fd = fd;
    this.#file = file;
    trackDisposable(this);
  }

  /**
   * A socket file that a dead server left behind is replaced; nothing else is ever removed.
   *
   * Throws `linux.socket-path` (ENAMETOOLONG), `linux.socket-in-use` (EADDRINUSE), `linux.socket-exists` (EEXIST),
   * `linux.call` and `linux.platform`.
   */
  static listen(path: string, options: ListenOptions = {}): UnixListener {
    const { mode = 0o600, backlog = 16 } = options;
    const address = socketAddress(path);
    const fd = openSocket();
    return orClosed(fd, () => {
      // bind(2) takes the mode of the file from the socket: net/unix/af_unix.c, unix_bind_bsd.
      fileCall('fchmod', () => {
        fchmodSync(fd, mode);
      });
      const file = SocketFile.bind(fd, path, address);
      try {
        listenOn(fd, backlog);
      } catch (error) {
        file.remove();
        throw error;
      }
      return new UnixListener(fd, path, file);
    });
  }

  /** To watch: it can be read when a client waits. Throws `linux.closed`. */
  get fd(): number {
    if (this.#fd === undefined) {
      throw failure('linux.closed');
    }
    return this.#fd;
  }

  /**
   * Undefined if no client waits.
   *
   * Throws `linux.closed`, and `linux.call`: after EMFILE and ENFILE the client still waits, and a watch would tell so
   * again at once.
   */
  accept(): UnixStream | undefined {
    const fd = acceptFrom(this.fd);
    return fd === undefined ? undefined : orClosed(fd, () => UnixStream.adopt(fd));
  }

  /** Ends a watch of the descriptor as well, and removes the socket file if it is still its own. */
  [Symbol.dispose](): void {
    const fd = this.#fd;
    if (fd !== undefined) {
      this.#fd = undefined;
      trackReleased(this);
      endWatchOf(fd);
      try {
        // Before the close: as long as it listens, no other server takes the file for one left behind.
        this.#file.remove();
      } finally {
        closeSync(fd);
      }
    }
  }
}
