import { normalIova, type Iova, type MemoryObject } from '@mdevkit/core';
import { failure } from '../../errors/index.js';
import type { MessageDma } from './message-dma.js';

export interface MessageMemoryOptions {
  readonly dma: MessageDma;
  /** Where the client has the memory: a message carries the address, not an offset. */
  readonly iova: Iova;
  /** Bytes. */
  readonly size: number;
  readonly writable: boolean;
  /** Bytes of one message at the most. */
  readonly largest: number;
}

/**
 * Memory of a client that gave no descriptor for it: every access is a message to the client and back. Such an access
 * is asynchronous ({@link MessageMemory.fetch}, {@link MessageMemory.store}), unless the messages have a socket of their
 * own; only then a server may wait for the client, which may itself be waiting for the server.
 *
 * Source: vfio-user protocol specification, VFIO_USER_DMA_READ and VFIO_USER_DMA_WRITE.
 */
export class MessageMemory implements MemoryObject, Disposable {
  readonly writable: boolean;
  readonly bytes = undefined;
  readonly #options: MessageMemoryOptions;
  /** Ends the waits for messages that are under way. */
  readonly #waiting = new Set<(error: Error) => void>();
  #refusing = false;
  #over = false;

  constructor(options: MessageMemoryOptions) {
    this.#options = options;
    this.writable = options.writable;
  }

  /** 0 once it is unmapped. */
  get size(): number {
    return this.#over ? 0 : this.#options.size;
  }

  /** Throws EOPNOTSUPP `vfio-user.needs-fetch`, EFAULT `vfio-user.memory-gone`, and what the client answers. */
  read(offset: number, into: Uint8Array): void {
    const { dma } = this.#blocking();
    dma.readSync(this.#at(offset), into);
  }

  /** Throws as {@link MessageMemory.read}. */
  write(offset: number, from: Uint8Array): void {
    const { dma } = this.#blocking();
    dma.writeSync(this.#at(offset), from);
  }

  /** Fills `into` when the client has answered; not at all if the memory is unmapped before. */
  async fetch(offset: number, into: Uint8Array): Promise<void> {
    const { dma, largest } = this.#options;
    for (let done = 0; done < into.length; done += largest) {
      // An answer that comes after the unmap must not find the device's buffer.
      const own = new Uint8Array(Math.min(largest, into.length - done));
      await this.#answer(() => dma.read(this.#at(offset + done), own));
      into.set(own, done);
    }
  }

  /** Takes a copy of `from` at once. */
  async store(offset: number, from: Uint8Array): Promise<void> {
    const { dma, largest } = this.#options;
    const own = from.slice();
    // Piece by piece, so that nothing is left in a queue when the memory is unmapped.
    for (let done = 0; done < own.length; done += largest) {
      const part = own.subarray(done, done + largest);
      await this.#answer(() => dma.write(this.#at(offset + done), part));
    }
  }

  view(): undefined {
    return undefined;
  }

  /** The client's memory stays where it is until the client unmaps it. Throws EFAULT `vfio-user.memory-gone`. */
  pin(): Disposable {
    this.#requireLive();
    return held;
  }

  /**
   * Messages under way and later ones fail, until {@link MessageMemory.allow}: an unmap that waits for the device must
   * not wait for a client that waits for the unmap.
   */
  refuse(): void {
    this.#refusing = true;
    const error = failure('vfio-user.memory-gone', { iova: this.#options.iova });
    for (const reject of [...this.#waiting]) {
      reject(error);
    }
    this.#waiting.clear();
    // A write that is still queued here must not meet what the client maps at the same place next.
    const { dma, iova, size } = this.#options;
    dma.withdraw(iova, size);
  }

  /** The unmap was refused. */
  allow(): void {
    this.#refusing = false;
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.refuse();
  }

  #answer(ask: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#requireLive();
      this.#waiting.add(reject);
      ask()
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(reject));
    });
  }

  #blocking(): MessageMemoryOptions {
    this.#requireLive();
    if (!this.#options.dma.canBlock) {
      throw failure('vfio-user.needs-fetch', { iova: this.#options.iova });
    }
    return this.#options;
  }

  #requireLive(): void {
    if (this.#over || this.#refusing) {
      throw failure('vfio-user.memory-gone', { iova: this.#options.iova });
    }
  }

  #at(offset: number): Iova {
    const { iova } = this.#options;
    const sum = typeof iova === 'number' ? iova + offset : Infinity;
    return sum <= Number.MAX_SAFE_INTEGER ? sum : normalIova(BigInt(iova) + BigInt(offset));
  }
}

const held: Disposable = { [Symbol.dispose]: () => undefined };
