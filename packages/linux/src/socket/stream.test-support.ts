import { closeSync, fstatSync, readFileSync } from 'node:fs';
import type { NativeBuffer } from '../native/index.js';
import { UnixStream } from './unix-stream.js';

/** Two ends of a connection, for the scope of a test. */
export interface Ends extends Disposable {
  readonly near: UnixStream;
  readonly far: UnixStream;
}

export function ends(): Ends {
  const [near, far] = UnixStream.pair();
  return {
    near,
    far,
    [Symbol.dispose]: () => {
      near[Symbol.dispose]();
      far[Symbol.dispose]();
    },
  };
}

/** Sends bytes through the beginning of `buffer`. */
export function sendBytes(
  stream: UnixStream,
  buffer: NativeBuffer,
  bytes: readonly number[],
  descriptors: readonly number[] = [],
): number {
  buffer.bytes.set(bytes);
  return stream.send(buffer, 0, bytes.length, descriptors);
}

/** One reading of at most `length` bytes; what {@link UnixStream.receive} answered if nothing came. */
export function receiveBytes(
  stream: UnixStream,
  buffer: NativeBuffer,
  length = buffer.size,
): number[] | number {
  const count = stream.receive(buffer, 0, length);
  return count > 0 ? [...buffer.bytes.subarray(0, count)] : count;
}

/** The files that descriptors stand for, by which one is recognized; the descriptors are closed. */
export function filesOf(descriptors: readonly number[]): bigint[] {
  return descriptors.map((fd) => {
    const { ino } = fstatSync(fd, { bigint: true });
    closeSync(fd);
    return ino;
  });
}

/** The flags of an open file, O_… and O_CLOEXEC of the descriptor (proc(5), fdinfo). */
export function flagsOf(fd: number): number {
  const text = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
  return parseInt(/flags:\s*(\d+)/.exec(text)?.[1] ?? '', 8);
}

export const O_CLOEXEC = 0o2000000;
export const O_NONBLOCK = 0o4000;
