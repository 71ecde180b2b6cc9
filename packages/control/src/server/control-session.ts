import { fstatSync } from 'node:fs';
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

const none: readonly UnixStream[] = [];

/**
 * One client whose calls come from another process: turns its descriptors into the objects that they stand for, and objects
 * into descriptors. A descriptor that comes back is recognised by the inode of its socket, which no copy of it changes.
 */
export class ControlSession {
  readonly #file: ServedFile;
  readonly #streams: DescriptorStreams;
  readonly #maxDescriptors: number;
  readonly #objects = new Map<bigint, OpenObject>();
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
   * Makes a call. The bytes are used until it is answered, and the descriptors are closed then. Throws or rejects with the
   * error of the call, EBADF `control.socket` for a descriptor that was refused, EMFILE `control.descriptor-limit`.
   */
  call(bytes: Uint8Array, fds: readonly number[]): SessionAnswer | Promise<SessionAnswer> {
    let answer: FileAnswer | Promise<FileAnswer>;
    try {
      answer = this.#file.call(bytes, fds.length === 0 ? fds : this.#objectsOf(fds));
    } catch (error) {
      closeAll(fds);
      throw error;
    }
    if (isThenable(answer)) {
      return this.#later(answer, fds);
    }
    closeAll(fds);
    return this.#answer(answer);
  }

  /** Ends the client. Its descriptors stay with it until it closes them. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#file.close();
    return this.#closing;
  }

  async #later(answer: Promise<FileAnswer>, fds: readonly number[]): Promise<SessionAnswer> {
    try {
      return this.#answer(await answer);
    } finally {
      closeAll(fds);
    }
  }

  #objectsOf(fds: readonly number[]): readonly (OpenObject | number)[] {
    if (fds.includes(REFUSED)) {
      throw failure('control.socket');
    }
    return fds.map((fd) => (isSocket(fd) ? (this.#objects.get(inodeOf(fd)) ?? fd) : fd));
  }

  #answer({ bytes, descriptors }: FileAnswer): SessionAnswer {
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
        void object.close();
      }
      disposeAll(ends);
      throw error;
    }
  }

  #offer(object: OpenObject): UnixStream {
    const end = this.#streams.offer(object, () => {
      this.#objects.delete(inode);
    });
    const inode = inodeOf(end.fd);
    this.#objects.set(inode, object);
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
