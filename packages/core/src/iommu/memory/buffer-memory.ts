import { liveLength } from './live-length.js';
import type { MemoryObject } from './memory-object.js';

/** Memory of this process. What its owner does with the buffer meanwhile, also detaching it, is seen at once. */
export class BufferMemory implements MemoryObject {
  readonly bytes: Uint8Array;
  readonly writable: boolean;

  constructor(bytes: Uint8Array, writable = true) {
    this.bytes = bytes;
    this.writable = writable;
  }

  get size(): number {
    return liveLength(this.bytes);
  }

  read(offset: number, into: Uint8Array): void {
    into.set(this.bytes.subarray(offset, offset + into.length));
  }

  write(offset: number, from: Uint8Array): void {
    this.bytes.set(from, offset);
  }

  view(offset: number, length: number): Uint8Array {
    return this.bytes.subarray(offset, offset + length);
  }

  /** The collector keeps it as long as anybody knows it. */
  pin(): Disposable {
    return held;
  }
}

const held: Disposable = { [Symbol.dispose]: () => undefined };

/** A memory object for bytes of this process; a memory object as it is. */
export function asMemory(memory: Uint8Array | MemoryObject): MemoryObject {
  return memory instanceof Uint8Array ? new BufferMemory(memory) : memory;
}
