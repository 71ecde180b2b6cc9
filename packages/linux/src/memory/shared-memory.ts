import { closeSync } from 'node:fs';
import { trackDisposable, trackReleased, type FilePlace, type MemoryObject } from '@mdevkit/core';
import { failure } from '../errors.js';
import {
  F_SEAL_GROW,
  F_SEAL_SHRINK,
  addSeals,
  createMemfd,
  duplicate,
  orClosed,
  pageSize,
  statusOf,
} from '../libc/index.js';
import { AddressRange } from '../native/index.js';
import {
  checkAccess,
  isSize,
  kindOfMemory,
  partOf,
  requireSafe,
  writableOf,
} from './descriptor-part.js';
import { Hold } from './hold.js';
import type { CreateOptions, DescriptorOptions } from './options.js';
import { Windows } from './windows.js';

/**
 * Memory that several processes have mapped: a memfd of our own or the descriptor of a peer.
 *
 * Disposing it takes the memory away, at once or when the last pin goes: the descriptor is closed, and views that
 * somebody kept read zeros from then on. They never see the owner's memory again, and never end the process.
 *
 * Memory that is not writable is seen copy on write: a write through one of its views stays in this process, and
 * from then on that page no longer follows the owner.
 */
export class SharedMemory implements MemoryObject, Disposable {
  /** V8 counts an array over foreign memory as garbage to come, and collects the more for it. */
  readonly bytesOnDemand = true;
  readonly writable: boolean;
  readonly #place: FilePlace;
  readonly #hold: Hold;
  /** Who has to know that the bytes are not the memory any more. */
  readonly #watchers = new Set<() => void>();
  #windows: Windows | undefined;

  private constructor(place: FilePlace, range: AddressRange, windows: Windows, writable: boolean) {
    const { fd } = place;
    this.writable = writable;
    this.#place = place;
    this.#windows = windows;
    this.#hold = new Hold(() => {
      this.#windows = undefined;
      try {
        range.release();
      } finally {
        closeSync(fd);
      }
    });
    trackDisposable(this);
  }

  /**
   * Makes a memfd of `size` bytes, zeroed, sealed against shrinking and growing.
   *
   * Throws `linux.range` for a size that is not 1 .. 2^53-1, `linux.call` and `linux.platform`.
   */
  static create(size: number, options: CreateOptions = {}): SharedMemory {
    if (!isSize(size) || size === 0) {
      throw failure('linux.range', { size });
    }
    const fd = createMemfd(options.name ?? 'mdevkit', size);
    return orClosed(fd, () => {
      addSeals(fd, F_SEAL_SHRINK | F_SEAL_GROW);
      return SharedMemory.#map(fd, 0, size, options.writable ?? true, pageSize());
    });
  }

  /**
   * Maps the descriptor of a peer, or a part of it. The caller keeps his descriptor and may close it.
   *
   * Throws `linux.shrinkable` or `linux.huge-pages` (EPERM) for what only a trusted peer may give,
   * `linux.range`, `linux.access`, `linux.read-only`, `linux.call` and `linux.platform`.
   */
  static from(fd: number, options: DescriptorOptions = {}): SharedMemory {
    const own = duplicate(fd);
    return orClosed(own, () => {
      // Before the size: what is sealed now has at least that size for ever.
      const kind = kindOfMemory(own);
      if (options.trusted !== true) {
        requireSafe(kind);
      }
      const { offset, size } = partOf(own, options);
      const writable = writableOf(own, options.writable, kind.seals);
      // Huge pages are mapped whole, or the kernel does not give the addresses back.
      const unit = kind.hugePages ? statusOf(own).blksize : pageSize();
      return SharedMemory.#map(own, offset, size, writable, unit);
    });
  }

  static #map(
    fd: number,
    offset: number,
    size: number,
    writable: boolean,
    unit: number,
  ): SharedMemory {
    const lead = offset % unit;
    const length = Math.ceil((lead + size) / unit) * unit;
    const range = AddressRange.map(fd, offset - lead, length, writable);
    return new SharedMemory({ fd, offset }, range, new Windows(range, lead, size), writable);
  }

  /** 0 from the moment of disposal, also while it is pinned. */
  get size(): number {
    return this.#hold.ended ? 0 : (this.#windows?.size ?? 0);
  }

  /** To pass on; it is closed when this is released. Throws `linux.released`. */
  get fd(): number {
    return this.place.fd;
  }

  /** Where it is in the file of {@link SharedMemory.fd}. Throws `linux.released`. */
  get place(): FilePlace {
    this.#mapped();
    return this.#place;
  }

  /** Undefined of more than 1 GiB, and when it is released. */
  get bytes(): Uint8Array | undefined {
    return this.#windows?.bytes;
  }

  /** Throws `linux.fault` beyond the end, and `linux.released`. */
  read(offset: number, into: Uint8Array): void {
    this.#mapped().read(offset, into);
  }

  /** Throws `linux.read-only`, `linux.fault` beyond the end, and `linux.released`. */
  write(offset: number, from: Uint8Array): void {
    if (!this.writable) {
      throw failure('linux.read-only');
    }
    this.#mapped().write(offset, from);
  }

  /** Undefined of a range over two windows of 1 GiB. Throws `linux.fault` beyond the end, and `linux.released`. */
  view(offset: number, length: number): Uint8Array | undefined {
    return this.#mapped().view(offset, length);
  }

  /** Postpones the release. Throws `linux.fault` beyond the end, and `linux.released` after disposal. */
  pin(offset: number, length: number): Disposable {
    checkAccess(offset, length, this.#mapped().size);
    return this.#hold.pin();
  }

  /** Maps of it lose it at once: from then on accesses of devices fault, also while it is pinned. */
  onRelease(released: () => void): Disposable {
    // Each call counts by itself, whatever it was given.
    const watcher = (): void => {
      released();
    };
    this.#watchers.add(watcher);
    return {
      [Symbol.dispose]: () => {
        this.#watchers.delete(watcher);
      },
    };
  }

  [Symbol.dispose](): void {
    trackReleased(this);
    for (const watcher of [...this.#watchers]) {
      watcher();
    }
    this.#watchers.clear();
    this.#hold.end();
  }

  #mapped(): Windows {
    if (this.#windows === undefined) {
      throw failure('linux.released');
    }
    return this.#windows;
  }
}
