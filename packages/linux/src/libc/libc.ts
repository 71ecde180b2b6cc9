import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import type koffi from 'koffi';
import { failure } from '../errors.js';
import { prototypes, type LibcCalls } from './prototypes.js';

type Koffi = typeof koffi;

/** What happened to a descriptor, as libuv tells it. */
export interface PollEvents {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly disconnect: boolean;
}

/** A `uv_poll_t`. No method but `close` may be called after `close`: the native part would crash. */
export interface PollHandle {
  start(interest: PollEvents, callback: PollCallback): void;
  stop(): void;
  close(): void;
  ref(): void;
  unref(): void;
}

/** `status` is 0, or the negative errno of a descriptor in error, which is not polled any more then. */
export type PollCallback = (status: number, events: PollEvents) => void;

/** The C library, and what koffi offers beside. */
export interface Libc extends LibcCalls {
  readonly pageSize: number;
  /** The errno of the last call. Ask at once: any other call may change it. */
  readonly errno: () => number;
  /** An ArrayBuffer over memory of the process, at most 1 GiB. Nothing keeps that memory for it. */
  readonly arrayBuffer: (address: number, length: number) => ArrayBuffer;
  /** Aborts the process unless the descriptor can be polled and no other handle polls it. */
  readonly pollHandle: (fd: number, interest: PollEvents, callback: PollCallback) => PollHandle;
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
  if (native.sizeof('long') !== 8 || endianness() !== 'LE') {
    throw new Error('structures are those of a little-endian machine of 64 bits');
  }
  // Node itself is linked with the C library, whichever it is.
  const library = native.load(null);
  const calls = Object.fromEntries(
    Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype)]),
  ) as unknown as LibcCalls;
  const getpagesize = library.func('int getpagesize()') as () => number;
  return Object.freeze<Libc>({
    ...calls,
    pageSize: getpagesize(),
    errno: () => native.errno(),
    arrayBuffer: (address, length) => native.view(address, length),
    // Its declaration omits the status, which comes first.
    pollHandle: native.node.poll as unknown as Libc['pollHandle'],
  });
}
