import { constants } from 'node:fs';

/** A file or a folder of an initramfs. Its folders must come before it. */
export interface CpioEntry {
  /** Without a leading slash. */
  readonly path: string;
  /** Type and permissions, as in `stat`. */
  readonly mode: number;
  readonly data: Uint8Array;
}

/** The length of a header: the magic and thirteen fields of eight hexadecimal digits. */
const HEADER_BYTES = 110;

const none = new Uint8Array(0);

export function folder(path: string): CpioEntry {
  return { path, mode: constants.S_IFDIR | 0o755, data: none };
}

export function file(path: string, data: Uint8Array, permissions = 0o644): CpioEntry {
  return { path, mode: constants.S_IFREG | permissions, data };
}

/**
 * The archive of `entries` in the format "newc" (Linux Documentation/driver-api/early-userspace/
 * buffer-format.rst). Owner, times and links are left out, so that equal entries give equal bytes.
 */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts: Uint8Array[] = [];
  [...entries, { path: 'TRAILER!!!', mode: 0, data: none }].forEach((entry, index) => {
    const name = Buffer.from(`${entry.path}\0`);
    const header = Buffer.from(headerOf(entry, index + 1, name.length));
    parts.push(header, name, padding(HEADER_BYTES + name.length));
    parts.push(entry.data, padding(entry.data.length));
  });
  return Buffer.concat(parts);
}

function headerOf({ mode, data }: CpioEntry, inode: number, nameBytes: number): string {
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, nameBytes, 0];
  return `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
}

/** Name and data each end on a multiple of four bytes of the archive. */
function padding(length: number): Uint8Array {
  return new Uint8Array(-length & 3);
}

/** The folders that hold `paths`, each before what is in it. */
export function foldersOf(paths: readonly string[]): CpioEntry[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      folders.add(path.slice(0, end));
    }
  }
  return [...folders].sort().map(folder);
}
