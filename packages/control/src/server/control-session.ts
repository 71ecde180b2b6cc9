import { fstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isThenable } from '@mdevkit/core';
import { isSocket, type UnixStream } from '@mdevkit/linux';
import { failure } from '../errors.js';
import { closeAll, REFUSED } from '../wire/index.js';
import type { DescriptorStreams } from './descriptor-streams.js';
import type { FileAnswer, OpenObject, ServedFile } from './plane.js';

/** The answer to a call, and the client's ends of the descriptors that go with it, by which the bytes mean them. */
export interface SessionAnswer {
  /** Valid until the next call. */
  readonly bytes: Uint8Array;
  /** The caller sends and disposes them; an end that does not reach the client destroys its object. */
  readonly ends: readonly UnixStream[];
}

const none: readonly never[] = [];

/**
 * One client whose calls come from another process: turns its descriptors into the objects that they stand for, and objects
 * into descriptors. A descriptor that comes back is recognised by the inode of its socket, which no copy of it changes.
 */
export class ControlSession {
  readonly #file: ServedFile;
  readonly #streams: DescriptorStreams;
  readonly #maxDescriptors: number;
  /** Those that it has, by the inodes of their sockets. */
  readonly #objects = new Map<
    bigint,
    { readonly object: OpenObject; readonly stream: Disposable }
  >();
  #closing: Promise<void> | undefined;

  /** `maxDescriptors` is how many go with one answer. */
  constructor(file: ServedFile, streams: DescriptorStreams, maxDescriptors: number) {
    this.#file = file;
    this.#streams = streams;
    this.#maxDescriptors = maxDescriptors;
  }

  /** Whether a socket is the descriptor of an object of this client. */
  knows(fd: number): boolean {
    return this.#objects.has(inodeOf(fd));
  }

  /**
   * Makes a call. The bytes are used until it is answered, and the descriptors until its handler is done with them, also if
   * that is later. Throws or rejects with the error of the call, EBADF `control.socket` for a descriptor that was refused,
   * EMFILE `control.descriptor-limit` and `control.client-descriptors`.
   */
  call(bytes: Uint8Array, fds: readonly number[]): SessionAnswer | Promise<SessionAnswer> {
    if (fds.length === 0) {
      const answer = this.#file.call(bytes, none);
      return isThenable(answer) ? answer.then(this.#answer) : this.#answer(answer);
    }
    return this.#callWith(bytes, fds);
  }

  /** Ends the client, and its descriptors. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#file.close();
    } finally {
      if (this.#objects.size > 0) {
        // Their objects are over: who waits on them is told so first.
        await setImmediate();
      }
      for (const { stream } of [...this.#objects.values()]) {
        stream[Symbol.dispose]();
      }
    }
  }

  #callWith(bytes: Uint8Array, fds: readonly number[]): SessionAnswer | Promise<SessionAnswer> {
    let lent: Promise<void> | undefined;
    const giveBack = (): void => {
      if (lent === undefined) {
        closeAll(fds);
      } else {
        void lent.then(() => {
          closeAll(fds);
        });
      }
    };
    let answer: FileAnswer | Promise<FileAnswer>;
    try {
      answer = this.#file.call(bytes, this.#objectsOf(fds), (over) => {
        lent = over;
      });
    } catch (error) {
      giveBack();
      throw error;
    }
    if (isThenable(answer)) {
      return answer.finally(giveBack).then(this.#answer);
    }
    giveBack();
    return this.#answer(answer);
  }

  #objectsOf(fds: readonly number[]): readonly (OpenObject | number)[] {
    if (fds.includes(REFUSED)) {
      throw failure('control.socket');
    }
    return fds.map((fd) => (isSocket(fd) ? this.#objectOf(fd) : fd));
  }

  /** Of a socket that was this client's when it came. */
  #objectOf(fd: number): OpenObject {
    const known = this.#objects.get(inodeOf(fd));
    if (known === undefined) {
      throw failure('control.socket');
    }
    return known.object;
  }

  readonly #answer = ({ bytes, descriptors }: FileAnswer): SessionAnswer => {
    if (descriptors.length === 0) {
      return { bytes, ends: none };
    }
    const ends: UnixStream[] = [];
    try {
      if (descriptors.length > this.#maxDescriptors) {
        throw failure('control.descriptors', { count: descriptors.length });
      }
      for (const object of descriptors) {
        ends.push(this.#offer(object));
      }
      return { bytes, ends };
    } catch (error) {
      // What nobody can be given is destroyed: those that have an end by its closing.
      for (const object of descriptors.slice(ends.length)) {
        this.#streams.discard(object);
      }
      disposeAll(ends);
      throw error;
    }
  };

  #offer(object: OpenObject): UnixStream {
    const { mostOfClient: most } = this.#streams;
    if (this.#objects.size >= most) {
      throw failure('control.client-descriptors', { most });
    }
    const { end, stream } = this.#streams.offer(object, () => {
      this.#objects.delete(inode);
    });
    const inode = inodeOf(end.fd);
    this.#objects.set(inode, { object, stream });
    return end;
  }
}

/** Disposes streams whose descriptors have been sent, or never will be. */
export function disposeAll(streams: readonly UnixStream[]): void {
  for (const stream of streams) {
    stream[Symbol.dispose]();
  }
}

function inodeOf(fd: number): bigint {
  return fstatSync(fd, { bigint: true }).ino;
}
