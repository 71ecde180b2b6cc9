import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Emitter, trackDisposable, trackReleased } from '@mdevkit/core';
import { failure } from '../../errors.js';
import { checkShape, type BackingStore } from './backing-store.js';
import { checkBlocks } from './store-range.js';

export interface SparseFileOptions {
  /** Blocks; by default as many as the file has. Another number makes the file as long. */
  readonly blocks?: number;
  /** Bytes of a block; default 4096. */
  readonly blockSize?: number;
}

/** A file that holds a disk. What was never written takes no room where the file system knows holes. */
export class SparseFileStore implements BackingStore, AsyncDisposable {
  readonly blockSize: number;
  readonly #file: FileHandle;
  readonly #resized = new Emitter<undefined>(() => undefined);
  #blocks: number;
  #closing: Promise<void> | undefined;

  private constructor(file: FileHandle, blocks: number, blockSize: number) {
    this.#file = file;
    this.#blocks = blocks;
    this.blockSize = blockSize;
    trackDisposable(this);
  }

  /**
   * Opens a file, and makes it if there is none.
   *
   * @throws RangeError for sizes that a store cannot have; what open(2) and ftruncate(2) answer
   */
  static async open(path: string, options: SparseFileOptions = {}): Promise<SparseFileStore> {
    const { blockSize = 4096 } = options;
    checkShape(options.blocks ?? 1, blockSize);
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { size } = await file.stat();
      const blocks = options.blocks ?? Math.floor(size / blockSize);
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

  async read(lba: number, into: Uint8Array): Promise<void> {
    this.#requireOpen();
    checkBlocks(this, lba, into.length);
    const start = lba * this.blockSize;
    for (let done = 0; done < into.length;) {
      const { bytesRead } = await this.#file.read(into, done, into.length - done, start + done);
      if (bytesRead === 0) {
        // Somebody else has cut the file.
        into.fill(0, done);
        return;
      }
      done += bytesRead;
    }
  }

  async write(lba: number, from: Uint8Array): Promise<void> {
    this.#requireOpen();
    checkBlocks(this, lba, from.length);
    const start = lba * this.blockSize;
    for (let done = 0; done < from.length;) {
      const { bytesWritten } = await this.#file.write(from, done, from.length - done, start + done);
      done += bytesWritten;
    }
  }

  async flush(): Promise<void> {
    this.#requireOpen();
    await this.#file.datasync();
  }

  async resize(blocks: number): Promise<void> {
    this.#requireOpen();
    checkShape(blocks, this.blockSize);
    await this.#file.truncate(blocks * this.blockSize);
    this.#blocks = blocks;
    this.#resized.fire(undefined);
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

  #requireOpen(): void {
    if (this.#closing !== undefined) {
      throw failure('cxlflash.store-closed');
    }
  }
}
