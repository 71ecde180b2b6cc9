import { failure } from '../errors/index.js';
import type { DeviceEvents } from '../event/index.js';
import type { AddressSpace, Translation } from './address-space.js';
import type { Dma, DmaAccess, Iova } from './dma.js';
import { isIova } from './iova.js';

/** What went through a {@link DmaPort}, in bytes. */
export interface DmaCounters {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly faults: number;
}

/** The device's door to one address space: the `Dma` that a model is given. */
export class DmaPort implements Dma {
  readonly #space: AddressSpace;
  readonly #events: DeviceEvents;
  #bytesRead = 0;
  #bytesWritten = 0;
  #faults = 0;

  constructor(space: AddressSpace, events: DeviceEvents) {
    this.#space = space;
    this.#events = events;
  }

  get counters(): DmaCounters {
    return {
      bytesRead: this.#bytesRead,
      bytesWritten: this.#bytesWritten,
      faults: this.#faults,
    };
  }

  read(iova: Iova, into: Uint8Array): void {
    this.#walk(iova, into.length, 'read', ({ memory, offset }, done, length) => {
      into.set(memory.subarray(offset, offset + length), done);
    });
    this.#bytesRead += into.length;
  }

  write(iova: Iova, from: Uint8Array): void {
    this.#walk(iova, from.length, 'write', ({ memory, offset }, done, length) => {
      memory.set(from.subarray(done, done + length), offset);
    });
    this.#bytesWritten += from.length;
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    const found = isIova(iova) ? this.#space.translate(iova, access) : undefined;
    if (found === undefined || found.available < length) {
      throw this.#fault(iova, length, access);
    }
    if (access === 'read') {
      this.#bytesRead += length;
    } else {
      this.#bytesWritten += length;
    }
    return found.memory.subarray(found.offset, found.offset + length);
  }

  /** Two passes, so that a range that faults at its end has transferred nothing. */
  #walk(
    iova: Iova,
    length: number,
    access: DmaAccess,
    transfer: (part: Translation, done: number, length: number) => void,
  ): void {
    const parts: Translation[] = [];
    let found = 0;
    while (found < length) {
      const part = this.#translateAt(iova, found, access);
      if (part === undefined) {
        throw this.#fault(iova, length, access);
      }
      parts.push(part);
      found += part.available;
    }
    let done = 0;
    for (const part of parts) {
      const size = Math.min(part.available, length - done);
      transfer(part, done, size);
      done += size;
    }
  }

  #translateAt(iova: Iova, offset: number, access: DmaAccess): Translation | undefined {
    if (!isIova(iova)) {
      return undefined;
    }
    if (offset === 0) {
      return this.#space.translate(iova, access);
    }
    const at = BigInt(iova) + BigInt(offset);
    return isIova(at) ? this.#space.translate(at, access) : undefined;
  }

  #fault(iova: Iova, length: number, access: DmaAccess): Error {
    this.#faults += 1;
    const address = isIova(iova) ? BigInt(iova) : 0n;
    this.#events.report({ kind: 'fault', iova: address, length, access });
    return failure('dma.fault', { iova: address, length, access });
  }
}
