import { advance, distance } from '../iova.js';
import type { DmaAccess, Iova } from '../dma/dma.js';
import type { MemoryObject } from '../memory/index.js';

/** Bits of {@link Area.access}: what a device may do. */
export const READ = 1;
export const WRITE = 2;

/** The bit of a kind of access. */
export function accessBit(access: DmaAccess): number {
  return access === 'read' ? READ : WRITE;
}

/**
 * One map of an address space: `size` bytes of a memory object from `offset`, seen at `start`. Kept small, as
 * there may be millions.
 */
export class Area {
  readonly start: Iova;
  /** Bytes, at most 2^53-1; 0 once it is unmapped, so that nothing finds an address in it any more. */
  size: number;
  memory: MemoryObject;
  /** `memory.bytes`, for the hot path. */
  bytes: Uint8Array | undefined;
  /** `bytes.buffer`: its getter is a call, and a new view of it costs half of what a subarray does. */
  buffer: ArrayBufferLike | undefined;
  readonly offset: number;
  readonly access: number;
  /** Ends {@link MemoryObject.onRelease}. */
  #watch: Disposable | undefined;
  /** How many pins hold it. */
  pins = 0;
  /** An unmap is under way: no new pins. */
  unmapping = false;

  /** `bytes` are the memory's, asked for once: a memory object may answer anything, or call back. */
  constructor(
    start: Iova,
    size: number,
    memory: MemoryObject,
    bytes: Uint8Array | undefined,
    offset: number,
    access: number,
  ) {
    this.start = start;
    this.size = size;
    this.memory = memory;
    this.bytes = bytes;
    this.buffer = bytes?.buffer;
    this.offset = offset;
    this.access = access;
  }

  /** The last address of it. */
  get last(): Iova {
    return advance(this.start, this.size - 1);
  }

  /** Whether `iova`, a number that is exact, is inside. */
  holds(iova: number): boolean {
    if (typeof this.start !== 'number') {
      return false;
    }
    const offset = iova - this.start;
    return offset >= 0 && offset < this.size;
  }

  /** Whether it ends at or after `iova`, which is not before it. */
  reaches(iova: Iova): boolean {
    return typeof iova === 'number' && typeof this.start === 'number'
      ? iova - this.start < this.size
      : this.last >= iova;
  }

  /** Where `iova`, which is inside, lies in the memory object. */
  memoryOffset(iova: Iova): number {
    return this.offset + distance(this.start, iova);
  }

  /** Memory whose bytes are made on demand: from the first access on they are there for the hot path. */
  load(): void {
    if (this.bytes === undefined && this.memory.bytesOnDemand === true) {
      this.bytes = this.memory.bytes;
      this.buffer = this.bytes?.buffer;
    }
  }

  /** From now on it notices when its memory is released. */
  watch(): void {
    this.#watch = this.memory.onRelease?.(() => {
      this.bytes = undefined;
      this.buffer = undefined;
    });
  }

  /** Forgets the memory, so that a cache that still knows the area neither finds it nor keeps it alive. */
  retire(): void {
    this.size = 0;
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
    this.bytes = undefined;
    this.buffer = undefined;
    this.memory = gone;
  }
}

/** The memory of an area that is no more. */
const gone: MemoryObject = {
  size: 0,
  writable: false,
  bytes: undefined,
  read: () => undefined,
  write: () => undefined,
  view: () => undefined,
  pin: () => ({ [Symbol.dispose]: () => undefined }),
};
