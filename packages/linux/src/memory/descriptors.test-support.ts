import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MdevError } from '@mdevkit/core';
import { addSeals, createMemfd } from '../libc/index.js';

/** A descriptor that a test closes at the end of its scope. */
export interface OpenDescriptor extends Disposable {
  readonly fd: number;
}

/** A memfd as a peer makes it. */
export function peerMemfd(size: number, seals = 0): OpenDescriptor {
  const fd = createMemfd('peer', size);
  addSeals(fd, seals);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

/** A file on a disk, opened with `flags`. */
export function peerFile(content: Uint8Array, flags: string | number = 'r+'): OpenDescriptor {
  const folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
  try {
    const path = join(folder, 'memory');
    writeFileSync(path, content);
    const fd = openSync(path, flags);
    return { fd, [Symbol.dispose]: () => closeSync(fd) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Opens a path for the scope of a test. */
export function opened(path: string, flags: string | number): OpenDescriptor {
  const fd = openSync(path, flags);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

/** The same file, opened anew: with flags of its own. */
export function reopened(fd: number, flags: string | number): OpenDescriptor {
  return opened(`/proc/self/fd/${fd}`, flags);
}

export function openDescriptors(): readonly string[] {
  return readdirSync('/proc/self/fd');
}

/** What `run` throws, as `ERRNO reason`; another error is thrown on, and none is `nothing`. */
export function refusal(run: () => unknown): string {
  try {
    run();
    return 'nothing';
  } catch (error) {
    if (MdevError.is(error)) {
      return `${error.code} ${error.reason}`;
    }
    throw error;
  }
}

/** The error of the project that `run` throws. */
export function failureOf(run: () => unknown): MdevError {
  try {
    run();
  } catch (error) {
    if (MdevError.is(error)) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** `length` bytes of `memory` from `offset`. */
export function readOf(
  memory: { read(offset: number, into: Uint8Array): void },
  offset: number,
  length: number,
): number[] {
  const into = new Uint8Array(length);
  memory.read(offset, into);
  return [...into];
}
