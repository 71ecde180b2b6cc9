import {
  AddressSpace,
  type DmaTarget,
  type Iova,
  type MemoryObject,
  type Pasid,
} from '@mdevkit/core';

/** Memory that a test lends to the device. Unlike a client's it need not be whole pages. */
export interface FakeDmaMap {
  readonly iova: Iova;
  /** The memory itself, not a copy; `size` zeros without it. Change it by `poke` from then on. */
  readonly bytes?: Uint8Array | MemoryObject;
  /** Bytes; by default all of `bytes`. */
  readonly size?: number;
  /** What the device may do; both by default. */
  readonly read?: boolean;
  readonly write?: boolean;
}

/** Wants to know when a test, and not the device, changes memory. */
export interface MemoryWatcher {
  /** Runs the change and returns its answer. */
  change<T>(run: () => T): T;
}

/** An address space as a test sees it: what is mapped where, and what it holds whatever the device may do there. */
export class FakeSpace implements DmaTarget {
  readonly pasid: Pasid;
  /** The core's, with iommufd's rules, which take a map of a single byte. */
  readonly space = new AddressSpace({ personality: 'iommufd' });
  readonly #watcher: MemoryWatcher;

  /** Throws as {@link FakeSpace.map}. */
  constructor(
    pasid: Pasid,
    maps: readonly FakeDmaMap[] = [],
    watcher: MemoryWatcher = { change: (run) => run() },
  ) {
    this.pasid = pasid;
    this.#watcher = watcher;
    for (const map of maps) {
      this.map(map);
    }
  }

  /** Throws a TypeError without both `bytes` and `size`, and what `AddressSpace.map` throws. */
  map({ iova, bytes, size, read, write }: FakeDmaMap): void {
    if (bytes === undefined && size === undefined) {
      throw new TypeError('a map of a FakeDma has bytes or a size');
    }
    this.space.map({ iova, memory: bytes ?? new Uint8Array(size ?? 0), size, read, write });
  }

  /** Removes the maps inside a range and returns their bytes. Throws what `AddressSpace.unmap` throws. */
  unmap(iova: Iova, size: number): number {
    return this.space.unmap(iova, size);
  }

  /** A copy of what the memory holds. Throws a RangeError where nothing is mapped. */
  bytesAt(iova: Iova, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#walk(iova, length, (memory, offset, from, to) => {
      memory.read(offset, bytes.subarray(from, to));
    });
    return bytes;
  }

  /** Puts bytes into the memory, as its client does. Throws a RangeError where nothing is mapped. */
  poke(iova: Iova, bytes: Uint8Array): void {
    this.#watcher.change(() => {
      this.#walk(iova, bytes.length, (memory, offset, from, to) => {
        memory.write(offset, bytes.subarray(from, to));
      });
    });
  }

  #walk(
    iova: Iova,
    length: number,
    visit: (memory: MemoryObject, offset: number, from: number, to: number) => void,
  ): void {
    let done = 0;
    while (done < length) {
      const at = BigInt(iova) + BigInt(done);
      const area = this.space.find(at);
      if (area === undefined) {
        throw new RangeError(`nothing is mapped at 0x${at.toString(16)}`);
      }
      const offset = area.memoryOffset(at);
      const end = Math.min(length, done + area.size - (offset - area.offset));
      visit(area.memory, offset, done, end);
      done = end;
    }
  }
}
