import { SystemClock, type Clock } from '../../clock/index.js';
import { failure, MdevError, type CoreReason } from '../../errors/index.js';
import type { Logger } from '../../log/index.js';
import type { PageRequest } from '../dma/dma-target.js';
import type { Iova } from '../dma/dma.js';
import { asMemory, type MemoryObject } from '../memory/index.js';
import { AddressSpace, type Checkpoint, type SpaceConstraints } from '../space/index.js';
import { PageRequests, type PageRequestHandler, type PageResponse } from './page-requests.js';
import { RegisteredBuffers, type Registration } from './registered-buffers.js';
import { DEFAULT_VIRTUAL_RANGE, type VirtualRange } from './virtual-window.js';

/** Milliseconds that whoever provides memory has for one request: a device never waits for ever. */
export const DEFAULT_PAGE_DEADLINE_MS = 10_000;

export interface ProcessAddressSpaceOptions {
  /**
   * Asked when a device wants what is not there; it answers `success` after {@link ProcessAddressSpace.populate}.
   * Without one a registered buffer is populated whenever a device asks for it, if its permissions allow the
   * access: what the kernel does.
   */
  readonly onFault?: PageRequestHandler | undefined;
  /** The system's by default. */
  readonly clock?: Clock | undefined;
  /** Milliseconds that `onFault` has for one request; {@link DEFAULT_PAGE_DEADLINE_MS} by default. */
  readonly deadlineMs?: number | undefined;
  /** Page requests without an answer at the most. */
  readonly requestLimit?: number | undefined;
  /** Virtual addresses that are given out; 2^40 bytes from 0x7f00_0000_0000 by default. */
  readonly range?: VirtualRange | undefined;
  readonly logger?: Logger | undefined;
  readonly checkpoint?: Checkpoint | undefined;
}

export interface RegisterOptions {
  /** Whether devices may write; by default if the memory may be written at all. */
  readonly write?: boolean | undefined;
  /** Whether it is there at once, or only after {@link ProcessAddressSpace.populate}; at once by default. */
  readonly present?: boolean | undefined;
}

/**
 * The address space of this process as devices see it that are attached to it by a PASID: shared virtual
 * addressing. JavaScript has no pointers, so registered buffers with synthetic virtual addresses stand for the
 * process's memory, and what the process passes to a device are those addresses.
 *
 * Protection is exact to the byte: a buffer of 100 bytes maps 100 bytes. Each lies at the start of a page of its
 * own and at least one page that is never mapped follows, so that an overrun faults.
 *
 * What is attached asks for no alignment here. On hardware a device that shares a process's addresses walks the
 * page table of the CPU, not that of an IOMMU domain, so that the page sizes of the domain say nothing about
 * what the process may have in its memory. A pin starts at the beginning of a page nevertheless, which every
 * buffer does.
 *
 * Source: Linux drivers/iommu/iommu-sva.c; drivers/misc/uacce/uacce.c, uacce_bind_queue.
 */
export class ProcessAddressSpace extends AddressSpace {
  override readonly pageRequests: PageRequests;
  readonly #buffers: RegisteredBuffers;
  readonly #onFault: PageRequestHandler | undefined;
  #exited = false;

  /** Throws RangeError and TypeError for options that contradict themselves. */
  constructor(options: ProcessAddressSpaceOptions = {}) {
    const { onFault, clock, deadlineMs, requestLimit, range, logger, checkpoint } = options;
    super({ personality: 'iommufd', logger, checkpoint });
    this.#buffers = new RegisteredBuffers(range ?? DEFAULT_VIRTUAL_RANGE);
    this.#onFault = onFault;
    this.pageRequests = new PageRequests({
      handler: (request) => this.#handle(request),
      clock: clock ?? new SystemClock(),
      deadlineMs: deadlineMs ?? DEFAULT_PAGE_DEADLINE_MS,
      limit: requestLimit,
      logger,
    });
  }

  /** Whether {@link ProcessAddressSpace.exit} was called. */
  get hasExited(): boolean {
    return this.#exited;
  }

  /** How many buffers are registered. */
  get bufferCount(): number {
    return this.#buffers.size;
  }

  /**
   * Gives a buffer a virtual address and returns it. Throws ESRCH after the exit, EINVAL for an empty buffer,
   * EEXIST for one that is registered, EPERM if devices are to write what may not be written, ENOMEM.
   */
  register(buffer: Uint8Array | MemoryObject, options: RegisterOptions = {}): number {
    this.#requireAlive();
    const memory = asMemory(buffer);
    const { write = memory.writable, present = true } = options;
    const registration = this.#buffers.place(buffer, memory, write, this.usableRanges);
    if (present) {
      this.#map(registration);
    }
    this.#buffers.add(registration);
    return registration.start;
  }

  /**
   * Takes a buffer away, by the address that `register` returned. Pins are dropped first, and accesses of devices
   * fault from now on. Throws EINVAL for another address; EDEADLK if a driver did not unpin, and the buffer stays
   * registered, but its pins are revoked and the next attempt succeeds.
   */
  unregister(address: Iova): void {
    const registration = this.#buffers.require(address);
    if (registration.start !== Number(address)) {
      throw failure('sva.not-registered', { address });
    }
    this.#drop(registration);
  }

  /**
   * The virtual address of a byte of a registered buffer; `offset` may be its end. Throws EINVAL for a buffer
   * that is not registered, EFAULT for an offset beyond its end.
   */
  addressOf(buffer: Uint8Array | MemoryObject, offset = 0): number {
    return this.#buffers.addressOf(buffer, offset);
  }

  /**
   * What the process itself has at an address, without a copy, also what is not populated yet. Throws EFAULT
   * unless the range lies in one buffer, which is still there and has views.
   */
  at(address: Iova, length: number): Uint8Array {
    return this.#buffers.view(address, length);
  }

  /**
   * Maps the buffer that has an address, all of it, for one that was registered with `present: false`. Does
   * nothing when it is there. Throws EINVAL if no buffer has the address.
   */
  populate(address: Iova): void {
    const registration = this.#buffers.require(address);
    if (!registration.isPresent) {
      this.#map(registration);
    }
  }

  /**
   * The process ends: all buffers and pins go, page requests are answered invalid, accesses of what is still
   * attached fault, and nothing can be registered or attached any more.
   */
  exit(): void {
    this.#exited = true;
    this.pageRequests.cancelAll();
    for (const registration of this.#buffers.all()) {
      try {
        this.#drop(registration);
      } catch (error) {
        // Called by a driver that is just told to unpin this one, which then goes.
        if (!hasReason(error, 'dma.unmapping')) {
          throw error;
        }
      }
    }
  }

  /** Unregisters every buffer. Throws EDEADLK as {@link ProcessAddressSpace.unregister}, and all stay. */
  override unmapAll(): number {
    const buffers = this.#buffers.all();
    const bytes = super.unmapAll();
    for (const registration of buffers) {
      this.#buffers.remove(registration);
    }
    return bytes;
  }

  /** Refuses, as do `copy` and `unmap`: EINVAL. */
  override map(): never {
    throw failure('sva.map');
  }

  override copy(): never {
    throw failure('sva.map');
  }

  override unmap(): never {
    throw failure('sva.map');
  }

  /** Whatever the page sizes, see above; reserved ranges hold. Throws EADDRINUSE, and ESRCH after the exit. */
  override constrain(owner: object, { reserved }: SpaceConstraints): void {
    this.#requireAlive();
    super.constrain(owner, { reserved });
  }

  #handle(request: PageRequest): PageResponse | Promise<PageResponse> {
    if (this.#exited) {
      return 'invalid';
    }
    return this.#onFault === undefined ? this.#provide(request) : this.#onFault(request);
  }

  /** Source: Linux drivers/iommu/iommu-sva.c, iommu_sva_handle_iopf. */
  #provide({ iova, length, access }: PageRequest): PageResponse {
    const registration = this.#buffers.find(iova);
    if (registration === undefined || (access === 'write' && !registration.write)) {
      return 'invalid';
    }
    if (Number(iova) + length > registration.start + registration.size) {
      return 'invalid';
    }
    this.populate(iova);
    return 'success';
  }

  #map(registration: Registration): void {
    const { start, size, memory, write } = registration;
    super.map({ iova: start, memory, size, write });
    registration.isPresent = true;
  }

  #drop(registration: Registration): void {
    try {
      this.#unmap(registration);
    } catch (error) {
      if (!this.#exited || !hasReason(error, 'ioas.stuck')) {
        throw error;
      }
      // Its pins are revoked now.
      this.#unmap(registration);
    }
    this.#buffers.remove(registration);
  }

  #unmap(registration: Registration): void {
    const { start, size, isPresent } = registration;
    try {
      if (isPresent) {
        super.unmap(start, size);
      }
    } catch (error) {
      // A driver that was told of it may have unregistered it itself.
      if (this.#buffers.has(registration)) {
        throw error;
      }
    }
  }

  #requireAlive(): void {
    if (this.#exited) {
      throw failure('sva.exited');
    }
  }
}

function hasReason(error: unknown, reason: CoreReason): boolean {
  return MdevError.is(error) && error.reason === reason;
}
