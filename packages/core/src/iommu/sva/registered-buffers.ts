import { failure } from '../../errors/index.js';
import type { Iova } from '../dma/dma.js';
import type { MemoryObject } from '../memory/index.js';
import type { IovaRange } from '../ranges/index.js';
import { VirtualWindow, type VirtualRange } from './virtual-window.js';

/** A buffer of the process at a virtual address. */
export interface Registration {
  readonly start: number;
  /** Bytes, as long as it is registered, whatever becomes of the memory. */
  readonly size: number;
  /** What the caller knows it by. */
  readonly buffer: Uint8Array | MemoryObject;
  readonly memory: MemoryObject;
  /** Whether devices may write. */
  readonly write: boolean;
  /** Whether devices find it. */
  isPresent: boolean;
}

/** The buffers of a process, by themselves and by their addresses. */
export class RegisteredBuffers {
  readonly #window: VirtualWindow<Registration>;
  readonly #byBuffer = new Map<Uint8Array | MemoryObject, Registration>();

  constructor(range: VirtualRange) {
    this.#window = new VirtualWindow(range);
  }

  get size(): number {
    return this.#window.size;
  }

  has(registration: Registration): boolean {
    return this.#byBuffer.get(registration.buffer) === registration;
  }

  /** Throws EINVAL for an empty buffer, EEXIST for one that is there, EPERM, ENOMEM; nothing is kept then. */
  place(
    buffer: Uint8Array | MemoryObject,
    memory: MemoryObject,
    write: boolean,
    usable: readonly IovaRange[],
  ): Registration {
    const { size } = memory;
    if (size === 0) {
      throw failure('dma.size');
    }
    if (this.#byBuffer.has(buffer)) {
      throw failure('sva.registered', { address: this.addressOf(buffer, 0) });
    }
    if (write && !memory.writable) {
      throw failure('ioas.read-only');
    }
    const start = this.#window.find(size, usable);
    if (start === undefined) {
      throw failure('sva.no-space', { size });
    }
    return { start, size, buffer, memory, write, isPresent: false };
  }

  /** Keeps what was placed just now. */
  add(registration: Registration): void {
    this.#window.add(registration);
    this.#byBuffer.set(registration.buffer, registration);
  }

  remove(registration: Registration): void {
    if (this.has(registration)) {
      this.#byBuffer.delete(registration.buffer);
      this.#window.remove(registration);
    }
  }

  all(): readonly Registration[] {
    return [...this.#byBuffer.values()];
  }

  /** The buffer that has an address. */
  find(address: Iova): Registration | undefined {
    return this.#window.at(Number(address));
  }

  /** The same. Throws EINVAL `sva.not-registered`. */
  require(address: Iova): Registration {
    const registration = this.find(address);
    if (registration === undefined) {
      throw failure('sva.not-registered', { address });
    }
    return registration;
  }

  /** Throws EINVAL `sva.not-registered`, EFAULT `sva.fault` beyond the end. */
  addressOf(buffer: Uint8Array | MemoryObject, offset: number): number {
    const registration = this.#byBuffer.get(buffer);
    if (registration === undefined) {
      throw failure('sva.not-registered');
    }
    const { start, size } = registration;
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > size) {
      throw failure('sva.fault', { offset, size });
    }
    return start + offset;
  }

  /** Throws EFAULT `sva.fault` unless the range lies in one buffer, which is still there and has views. */
  view(address: Iova, length: number): Uint8Array {
    const registration = this.find(address);
    if (registration !== undefined && Number.isSafeInteger(length) && length >= 0) {
      const { start, size, memory } = registration;
      const offset = Number(address) - start;
      const isInside = offset + length <= Math.min(size, memory.size);
      const view = isInside ? memory.view(offset, length) : undefined;
      if (view !== undefined) {
        return view;
      }
    }
    throw failure('sva.fault', { address, length });
  }
}
