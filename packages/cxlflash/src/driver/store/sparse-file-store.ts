import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Emitter, trackDisposable, trackReleased } from '@mdevkit/core';
import { failure } from '../../errors/index.js';
import { checkShape, type BackingStore } from './backing-store.js';
import { checkBlocks } from './store-range.js';

export interface SparseFileOptions {
  /** Blocks; by default as many as the file has. A number makes the file as long, and makes it if there is none. */
  readonly blocks?: number;
  /** Bytes of a block; default 4096. */
  readonly blockSize?: number;
}

/** A file that holds a disk. What was never written takes no room where the file system knows holes. */
export class SparseFileStore implements BackingStore, AsyncDisposable {
  readonly blockSize: number;
  readonly #file: FileHandle;
  readonly #resized = new Emitter<undefined>(() => undefined);
  /** Reads and writes under way. */
  readonly #underWay = new Set<Promise<void>>();
  #blocks: number;
  /** The last one, of which there is one at a time. */
  #resizing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  private constructor(file: FileHandle, blocks: number, blockSize: number) {
    this.#file = file;
    this.#blocks = blocks;
    this.blockSize = blockSize;
    trackDisposable(this);
  }

  /**
   * Opens a file, which is made if it is told how many blocks it has. What is refused leaves nothing behind.
   *
   * @throws RangeError for sizes that a store cannot have; EINVAL `cxlflash.store-tail`; what open(2) and ftruncate(2) answer
   */
  static async open(path: string, options: SparseFileOptions = {}): Promise<SparseFileStore> {
    const { blockSize = 4096 } = options;
    checkShape(options.blocks ?? 1, blockSize);
    const flags = options.blocks === undefined ? 0 : constants.O_CREAT;
    const file = await open(path, constants.O_RDWR | flags, 0o600);
    try {
      const { size } = await file.stat();
      const blocks = options.blocks ?? blocksOf(size, blockSize);
      checkShape(blocks, blockSize);
      if (size !== blocks * blockSize) {
        await file.truncate(blocks * blockSize);
      }
      return new SparseFileStore(file, blocks, blockSize);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get blocks(): number {
    return this.#blocks;
  }

  /** Throws EIO `cxlflash.store-short` if somebody else has cut the file. */
  async read(lba: number, into: Uint8Array): Promise<void> {
    this.#requireOpen();
    checkBlocks(this, lba, into.length);
    await this.#count(this.#read(lba * this.blockSize, into));
  }

  async write(lba: number, from: Uint8Array): Promise<void> {
    this.#requireOpen();
    checkBlocks(this, lba, from.length);
    await this.#count(this.#write(lba * this.blockSize, from));
  }

  async flush(): Promise<void> {
    this.#requireOpen();
    await this.#file.datasync();
  }

  /** Resizes come one by one. What is cut off is out of reach at once, and what was on its way there comes before. */
  async resize(blocks: number): Promise<void> {
    this.#requireOpen();
    checkShape(blocks, this.blockSize);
    const resized = this.#resizing.then(() => this.#resize(blocks));
    this.#resizing = resized.catch(() => undefined);
    await resized;
  }

  onResize(listener: () => void): Disposable {
    return this.#resized.on(listener);
  }

  /** Idempotent. What is under way ends first. */
  close(): Promise<void> {
    this.#closing ??= this.#file.close().finally(() => {
      trackReleased(this);
    });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #read(start: number, into: Uint8Array): Promise<void> {
    for (let done = 0; done < into.length;) {
      const { bytesRead } = await this.#file.read(into, done, into.length - done, start + done);
      if (bytesRead === 0) {
        throw failure('cxlflash.store-short', { offset: start + done });
      }
      done += bytesRead;
    }
  }

  async #write(start: number, from: Uint8Array): Promise<void> {
    for (let done = 0; done < from.length;) {
      const { bytesWritten } = await this.#file.write(from, done, from.length - done, start + done);
      done += bytesWritten;
    }
  }

  async #resize(blocks: number): Promise<void> {
    this.#requireOpen();
    const before = this.#blocks;
    this.#blocks = Math.min(before, blocks);
    await Promise.allSettled([...this.#underWay]);
    try {
      this.#requireOpen();
      await this.#file.truncate(blocks * this.blockSize);
    } catch (error) {
      this.#blocks = before;
      throw error;
    }
    this.#blocks = blocks;
    this.#resized.fire(undefined);
  }

  async #count(call: Promise<void>): Promise<void> {
    this.#underWay.add(call);
    try {
      await call;
    } finally {
      this.#underWay.delete(call);
    }
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) {
      throw failure('cxlflash.store-closed');
    }
  }
}

/** Throws EINVAL `cxlflash.store-tail`: a part of a block would be lost. */
function blocksOf(size: number, blockSize: number): number {
  if (size % blockSize !== 0) {
    throw failure('cxlflash.store-tail', { size, blockSize });
  }
  return size / blockSize;
}
