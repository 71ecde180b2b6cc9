import type { MemoryObject } from '../memory/index.js';
import type { DmaAccess } from './dma.js';

/** Memory that is not one array, as a file: every access is a call. */
export class BlockMemory implements MemoryObject {
  readonly writable = true;
  readonly bytes = undefined;
  readonly data: Uint8Array;
  /** How much of it is there; the test may change it. */
  size: number;
  /** Calls of read and write that succeed before one throws. */
  callsLeft = Infinity;
  /** Whether it has views. */
  viewable = false;
  /** The longest write. */
  longest = 0;

  constructor(data: Uint8Array) {
    this.data = data;
    this.size = data.length;
  }

  read(offset: number, into: Uint8Array): void {
    this.#call();
    into.set(this.data.subarray(offset, offset + into.length));
  }

  write(offset: number, from: Uint8Array): void {
    this.#call();
    this.longest = Math.max(this.longest, from.length);
    this.data.set(from, offset);
  }

  view(offset: number, length: number): Uint8Array | undefined {
    this.#call();
    return this.viewable ? this.data.subarray(offset, offset + length) : undefined;
  }

  pin(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }

  #call(): void {
    this.callsLeft -= 1;
    if (this.callsLeft < 0) {
      throw new Error('EIO');
    }
  }
}

/** The same with parts that are not there. */
export class PatchyMemory extends BlockMemory {
  readonly asked: [offset: number, length: number, access: DmaAccess][] = [];
  /** The first byte that is not there. */
  end = Infinity;

  covers(offset: number, length: number, access: DmaAccess): boolean {
    this.asked.push([offset, length, access]);
    return offset + length <= this.end;
  }
}
