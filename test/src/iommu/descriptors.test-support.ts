import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The part of koffi that is used here. */
interface Koffi {
  load(library: null): { func(declaration: string): (name: string, flags: number) => number };
}

/** A file of a peer: the library did not make it, and its owner can shrink it. */
export class PeerFile implements Disposable {
  private constructor(readonly fd: number) {}

  /** A file on a disk that nobody finds any more. */
  static onDisk(size: number): PeerFile {
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
    try {
      return PeerFile.#sized(openSync(join(folder, 'memory'), 'wx+'), size);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** A memfd without seals, as a peer may have made it who wants to shrink it (memfd_create(2)). */
  static unsealed(size: number): PeerFile {
    // The library under test has no such function, and its koffi is the only way to it.
    const koffi = createRequire(import.meta.resolve('@mdevkit/linux'))('koffi') as Koffi;
    const create = koffi.load(null).func('int memfd_create(const char *name, unsigned int flags)');
    const closeOnExec = 1;
    return PeerFile.#sized(create('peer', closeOnExec), size);
  }

  static #sized(fd: number, size: number): PeerFile {
    const file = new PeerFile(fd);
    file.truncate(size);
    return file;
  }

  truncate(size: number): void {
    ftruncateSync(this.fd, size);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

/** All of a file as the kernel has it. */
export function contentOf(fd: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const count = readSync(fd, bytes, 0, size, 0);
  if (count !== size) {
    throw new Error(`${count} of ${size} bytes`);
  }
  return bytes;
}

/** Stores all of a file. */
export function store(fd: number, bytes: Uint8Array): void {
  writeSync(fd, bytes, 0, bytes.length, 0);
}
