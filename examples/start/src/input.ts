import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { create } from 'tar';

/** Something to compress, that can be read more than once. */
export interface Input {
  readonly name: string;
  chunks(size: number): AsyncIterable<Uint8Array>;
}

/** An input that cannot be read; the message is one line for the user. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** A regular file, called `name`. Throws an InputError if it is missing, unreadable or something else. */
export async function fileInput(path: string, name: string): Promise<Input> {
  try {
    // Looked at before it is opened: opening a FIFO waits for its writer.
    if (!(await stat(path)).isFile()) {
      throw new InputError(`${name}: not a regular file`);
    }
    await (await open(path, 'r')).close();
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${name}: ${reasonOf(error)}`);
  }
  return {
    name,
    chunks: (size) => createReadStream(path, { highWaterMark: size }),
  };
}

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git', 'api']);

/**
 * The files below a folder, without what is installed or built, as one tar stream. It is read once and kept, so
 * that the time of a job is not that of finding files.
 */
export async function folderInput(folder: string, name: string): Promise<Input> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split('/').some((part) => skipped.has(part)))
    .sort();
  const archive = await create({ cwd: folder, portable: true, mtime: new Date(0) }, files).concat();
  return { name, chunks: (size) => slices(archive, size) };
}

async function* slices(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

function reasonOf(error: unknown): string {
  // Node.js words it "ENOENT: no such file or directory, open '…'"; the name stands before it already.
  return error instanceof Error
    ? error.message.replace(/, (?:open|stat) '.*'$/s, '')
    : String(error);
}
