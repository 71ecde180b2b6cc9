import { createRequire } from 'node:module';
import type koffi from 'koffi';
import { failure } from '../errors.js';

type Koffi = typeof koffi;

/** The functions of the C library that Node does not offer. Each answers as in C; see {@link Libc.errno}. */
export interface Libc {
  readonly memfdCreate: (name: string, flags: number) => number;
  readonly truncate: (fd: number, length: number) => number;
  /** With its type, because the C function takes a variable list of arguments. */
  readonly fcntl: (fd: number, command: number, type: 'int', argument: number) => number;
  readonly mmap: (
    address: bigint,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ) => bigint;
  readonly munmap: (address: bigint, length: number) => number;
  readonly pageSize: number;
  /** The errno of the last call. Ask at once: any other call may change it. */
  readonly errno: () => number;
  /** An ArrayBuffer over memory of the process, at most 1 GiB. Nothing keeps that memory for it. */
  readonly arrayBuffer: (address: bigint, length: number) => ArrayBuffer;
}

/** Where the binding runs and what it loads; tests play another platform. */
export interface Platform {
  readonly name: string;
  readonly load: () => Koffi;
}

/**
 * The one variable of this module: a binding is made on first use, so that the package can be imported where
 * there is no libc, and is then frozen. Binding again would only give the same functions once more.
 */
let bound: Libc | undefined;

/** Throws `linux.platform` (ENOSYS) where there is none. */
export function libc(): Libc {
  return (bound ??= bindLibc({
    name: process.platform,
    // The static import of koffi fails where it has no native part.
    load: () => createRequire(import.meta.url)('koffi') as Koffi,
  }));
}

/** Throws `linux.platform` (ENOSYS). */
export function bindLibc(platform: Platform): Libc {
  if (platform.name !== 'linux') {
    throw failure('linux.platform', { platform: platform.name });
  }
  try {
    return bind(platform.load());
  } catch (cause) {
    throw failure('linux.platform', { platform: platform.name }, cause);
  }
}

function bind(native: Koffi): Libc {
  if (native.sizeof('long') !== 8) {
    throw new Error('long has not 64 bits');
  }
  // Node itself is linked with the C library, whichever it is.
  const library = native.load(null);
  const getpagesize = library.func('int getpagesize()') as () => number;
  return Object.freeze<Libc>({
    memfdCreate: library.func(
      'int memfd_create(const char *name, unsigned int flags)',
    ) as Libc['memfdCreate'],
    truncate: library.func('int ftruncate(int fd, int64_t length)') as Libc['truncate'],
    fcntl: library.func('int fcntl(int fd, int cmd, ...)') as Libc['fcntl'],
    mmap: library.func(
      'void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)',
    ) as Libc['mmap'],
    munmap: library.func('int munmap(void *addr, size_t length)') as Libc['munmap'],
    pageSize: getpagesize(),
    errno: () => native.errno(),
    arrayBuffer: (address, length) => native.view(address, length),
  });
}
