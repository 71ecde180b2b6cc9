import { Emitter } from '@mdevkit/core';
import { checkShape, type BackingStore } from './backing-store.js';
import { checkBlocks } from './store-range.js';

/** Bytes that are allocated at once; no smaller than the largest block. */
const PAGE = 65_536;

/** Bytes of this process that hold a disk. What was never written costs nothing. */
export class MemoryStore implements BackingStore {
  readonly blockSize: number;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #resized = new Emitter<undefined>(() => undefined);
  #blocks: number;

  /** @throws RangeError for sizes that a store cannot have */
  constructor({
    blocks,
    blockSize = 4096,
  }: {
    readonly blocks: number;
    readonly blockSize?: number;
  }) {
    checkShape(blocks, blockSize);
    this.#blocks = blocks;
    this.blockSize = blockSize;
  }

  get blocks(): number {
    return this.#blocks;
  }

  /** Bytes that are allocated. */
  get allocated(): number {
    return this.#pages.size * PAGE;
  }

  read(lba: number, into: Uint8Array): Promise<void> {
    return this.#each(lba, into.length, (page, at, from, count) => {
      const bytes = this.#pages.get(page)?.subarray(at, at + count);
      if (bytes === undefined) {
        into.fill(0, from, from + count);
      } else {
        into.set(bytes, from);
      }
    });
  }

  write(lba: number, from: Uint8Array): Promise<void> {
    return this.#each(lba, from.length, (page, at, start, count) => {
      this.#page(page).set(from.subarray(start, start + count), at);
    });
  }

  resize(blocks: number): void {
    checkShape(blocks, this.blockSize);
    const end = blocks * this.blockSize;
    for (const [number, page] of this.#pages) {
      if (number * PAGE >= end) {
        this.#pages.delete(number);
      } else if ((number + 1) * PAGE > end) {
        page.fill(0, end - number * PAGE);
      }
    }
    this.#blocks = blocks;
    this.#resized.fire(undefined);
  }

  onResize(listener: () => void): Disposable {
    return this.#resized.on(listener);
  }

  #page(number: number): Uint8Array {
    const known = this.#pages.get(number);
    if (known !== undefined) {
      return known;
    }
    const page = new Uint8Array(PAGE);
    this.#pages.set(number, page);
    return page;
  }

  /** The pages of a range: number, first byte in the page, first byte of the buffer, bytes. */
  async #each(
    lba: number,
    length: number,
    visit: (page: number, at: number, from: number, count: number) => void,
  ): Promise<void> {
    // As a disk, it answers later; it may have another size by then.
    await Promise.resolve();
    checkBlocks(this, lba, length);
    const start = lba * this.blockSize;
    for (let done = 0; done < length;) {
      const at = (start + done) % PAGE;
      const count = Math.min(PAGE - at, length - done);
      visit((start + done - at) / PAGE, at, done, count);
      done += count;
    }
  }
}
