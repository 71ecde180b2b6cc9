import { closeSync, readSync, writeSync } from 'node:fs';
import { trackDisposable, trackReleased, type FilePlace, type MemoryObject } from '@mdevkit/core';
import { failure } from '../errors.js';
import { duplicate, fileCall, openModeOf, orClosed, statusOf } from '../libc/index.js';
import {
  checkAccess,
  partOf,
  remainingOf,
  writableOf,
  type DescriptorPart,
} from './descriptor-part.js';
import { Hold } from './hold.js';
import type { DescriptorOptions } from './options.js';

/**
 * The descriptor of a peer, or a part of it, that is not mapped but read and written with system calls: the safe
 * way to memory whose owner may shrink it. It has no views.
 */
export class FileMemory implements MemoryObject, Disposable {
  readonly writable: boolean;
  readonly #part: DescriptorPart;
  readonly #hold: Hold;
  #fd: number | undefined;

  private constructor(fd: number, part: DescriptorPart, writable: boolean) {
    this.writable = writable;
    this.#fd = fd;
    this.#part = part;
    this.#hold = new Hold(() => {
      this.#fd = undefined;
      closeSync(fd);
    });
    trackDisposable(this);
  }

  /**
   * The caller keeps his descriptor and may close it.
   *
   * Throws `linux.range`, `linux.access`, `linux.read-only`, `linux.append`, `linux.call` and `linux.platform`.
   */
  static from(fd: number, options: DescriptorOptions = {}): FileMemory {
    const own = duplicate(fd);
    return orClosed(own, () => {
      const part = partOf(own, options);
      const writable = writableOf(own, options.writable);
      const { append } = openModeOf(own);
      if (append && options.writable === true) {
        throw failure('linux.append');
      }
      return new FileMemory(own, part, writable && !append);
    });
  }

  /** How much of the part the file has now; 0 from the moment of disposal. Throws `linux.call`. */
  get size(): number {
    return this.#hold.ended ? 0 : this.#present(this.#open());
  }

  /** Where the part is in the file. Throws `linux.released`. */
  get place(): FilePlace {
    return { fd: this.#open(), offset: this.#part.offset };
  }

  get bytes(): undefined {
    return undefined;
  }

  /** Throws `linux.fault` beyond the end that the file has now, `linux.released` and `linux.call`. */
  read(offset: number, into: Uint8Array): void {
    const fd = this.#open();
    checkAccess(offset, into.length, this.#part.size);
    let done = 0;
    while (done < into.length) {
      const left = into.length - done;
      const position = this.#part.offset + offset + done;
      const count = fileCall('pread', () => readSync(fd, into, done, left, position));
      if (count === 0) {
        throw failure('linux.fault', { offset, length: into.length, size: offset + done });
      }
      done += count;
    }
  }

  /** Never makes the file longer. Throws as {@link read}, and `linux.read-only`. */
  write(offset: number, from: Uint8Array): void {
    if (!this.writable) {
      throw failure('linux.read-only');
    }
    const fd = this.#open();
    checkAccess(offset, from.length, this.#present(fd));
    let done = 0;
    while (done < from.length) {
      const left = from.length - done;
      const position = this.#part.offset + offset + done;
      done += fileCall('pwrite', () => writeSync(fd, from, done, left, position));
    }
  }

  view(): undefined {
    return undefined;
  }

  /**
   * Keeps the descriptor open; what its owner does to the file cannot be kept from him. Throws `linux.fault`
   * beyond the end, and `linux.released` after disposal.
   */
  pin(offset: number, length: number): Disposable {
    checkAccess(offset, length, this.#present(this.#open()));
    return this.#hold.pin();
  }

  [Symbol.dispose](): void {
    trackReleased(this);
    this.#hold.end();
  }

  #present(fd: number): number {
    const part = this.#part;
    return part.hasEnd ? remainingOf(statusOf(fd), part) : part.size;
  }

  #open(): number {
    if (this.#fd === undefined) {
      throw failure('linux.released');
    }
    return this.#fd;
  }
}
