import { closeSync, fstatSync } from 'node:fs';
import { failure as coreFailure, type Clock, type ObjectDescriptor } from '@mdevkit/core';
import { UnixStream } from '@mdevkit/linux';
import { failure } from '../errors.js';
import { closeAll } from '../wire/index.js';
import { SocketDescriptor } from './socket-descriptor.js';

/** The descriptors of one connection: those that it gave, and what of a call's can be sent back. */
export class ClientDescriptors {
  /** Those that are not closed. */
  readonly #given = new Set<ObjectDescriptor>();
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** What travels with a request, lent. Throws EBADF for one that is closed, or of another connection. */
  fdsOf(descriptors: readonly (ObjectDescriptor | number)[]): readonly number[] {
    return descriptors.map((descriptor) => {
      if (typeof descriptor === 'number') {
        requireOpen(descriptor);
        return descriptor;
      }
      if (descriptor instanceof SocketDescriptor && this.#given.has(descriptor)) {
        return descriptor.fd;
      }
      throw coreFailure('object.descriptor');
    });
  }

  /** Makes descriptor objects of what came with a reply. Throws EPROTO for what cannot be one; all are closed then. */
  adopt(fds: readonly number[]): readonly SocketDescriptor[] {
    const made: SocketDescriptor[] = [];
    try {
      for (const fd of fds) {
        made.push(this.#adopt(fd));
      }
      return made;
    } catch (error) {
      for (const descriptor of made) {
        void descriptor.close();
      }
      closeAll(fds.slice(made.length + 1));
      throw failure('control.bad-reply', { problem: 'a descriptor is no stream' }, error);
    }
  }

  #adopt(fd: number): SocketDescriptor {
    let stream: UnixStream;
    try {
      stream = UnixStream.adopt(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    const descriptor: SocketDescriptor = new SocketDescriptor(stream, {
      clock: this.#clock,
      timeoutMs: this.#timeoutMs,
      onClosed: () => {
        this.#given.delete(descriptor);
      },
    });
    this.#given.add(descriptor);
    return descriptor;
  }

  /** Closes those that are left. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#given].map((descriptor) => descriptor.close()));
  }
}

function requireOpen(fd: number): void {
  try {
    fstatSync(fd);
  } catch (error) {
    throw coreFailure('object.descriptor', { fd: String(fd) }, error);
  }
}
