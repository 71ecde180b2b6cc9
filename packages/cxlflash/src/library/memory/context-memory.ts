import {
  allocateFrom,
  ExtentAllocator,
  IOMMU_PAGE_SIZE,
  type AllocateMemory,
  type MemoryObject,
  type SharedAllocation,
} from '@mdevkit/core';
import { REQUEST_BYTES, RESPONSE_BYTES, RRQ_ENTRY_BYTES } from '../../abi/index.js';

/** Bytes of a slot: a request and, right behind it, its response. */
export const SLOT_BYTES = REQUEST_BYTES + RESPONSE_BYTES;

export interface ContextMemoryShape {
  /** Commands that may be under way; the response queue has as many entries. */
  readonly slots: number;
  /** Room for the data of commands, in bytes. */
  readonly bufferBytes: number;
}

/**
 * The memory that a context shares with the device, mapped once: the response queue, then requests with their responses, then
 * data. Offsets are from its beginning. Whoever has made it releases it.
 *
 * Source: drivers/scsi/cxlflash/sislite.h; drivers/scsi/cxlflash/common.h, struct afu.
 */
export class ContextMemory {
  readonly bytes: Uint8Array;
  /** Little endian, as the device is told to read it. */
  readonly view: DataView;
  readonly iova: number;
  readonly slots: number;
  readonly extents: ExtentAllocator;
  /** Bytes that the device is let into. */
  readonly size: number;
  readonly #shared: SharedAllocation;
  readonly #slotsAt: number;
  readonly #buffersAt: number;

  /** Throws RangeError for memory of another size, and what `allocate` throws; nothing is left then. */
  constructor(shape: ContextMemoryShape, allocate: AllocateMemory, iova: number) {
    this.slots = shape.slots;
    this.#slotsAt = align(shape.slots * RRQ_ENTRY_BYTES, SLOT_BYTES);
    this.#buffersAt = align(this.#slotsAt + shape.slots * SLOT_BYTES, IOMMU_PAGE_SIZE);
    const size = contextMemoryBytes(shape);
    this.#shared = allocateFrom(allocate, size);
    const { bytes } = this.#shared;
    this.size = size;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, size);
    this.iova = iova;
    this.extents = new ExtentAllocator(align(shape.bufferBytes, IOMMU_PAGE_SIZE), IOMMU_PAGE_SIZE);
  }

  /** What the device is let into. */
  get object(): MemoryObject {
    return this.#shared.memory;
  }

  /** Nobody uses it any more. */
  release(): void {
    this.#shared.release?.();
  }

  /** The first entry of the response queue, as the device knows it, and the last. */
  get responsesStart(): number {
    return this.iova;
  }

  get responsesEnd(): number {
    return this.iova + (this.slots - 1) * RRQ_ENTRY_BYTES;
  }

  /** Where the request of a slot is. */
  requestAt(slot: number): number {
    return this.#slotsAt + slot * SLOT_BYTES;
  }

  /** Where its response is. */
  responseAt(slot: number): number {
    return this.requestAt(slot) + REQUEST_BYTES;
  }

  /** The slot whose request is at an address of the device, or -1. */
  slotOf(address: number): number {
    const slot = (address - this.iova - this.#slotsAt) / SLOT_BYTES;
    return Number.isInteger(slot) && slot >= 0 && slot < this.slots ? slot : -1;
  }

  /** Part of the data; `at` as the extents have it. */
  data(at: number, length: number): Uint8Array {
    return this.bytes.subarray(this.#buffersAt + at, this.#buffersAt + at + length);
  }

  /** Where the device finds that part. */
  dataAddress(at: number): number {
    return this.iova + this.#buffersAt + at;
  }
}

/** Bytes that a context of this shape maps. */
export function contextMemoryBytes({ slots, bufferBytes }: ContextMemoryShape): number {
  const slotsAt = align(slots * RRQ_ENTRY_BYTES, SLOT_BYTES);
  const buffersAt = align(slotsAt + slots * SLOT_BYTES, IOMMU_PAGE_SIZE);
  return buffersAt + align(bufferBytes, IOMMU_PAGE_SIZE);
}

function align(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
