import {
  allocateFrom,
  ExtentAllocator,
  IOMMU_PAGE_SIZE,
  type AllocateMemory,
  type MemoryObject,
  type SharedAllocation,
} from '@mdevkit/core';
import { COMPLETION_ENTRY_BYTES, SUBMISSION_ENTRY_BYTES } from '../../abi/index.js';
import { EXTENT_UNIT } from './extent.js';

export interface QueueMemoryOptions {
  readonly allocate: AllocateMemory;
  /** Where the device finds the memory; a multiple of 4096. */
  readonly iova: number;
  readonly depthLog2: number;
  /** Room for the buffers of jobs. */
  readonly bufferBytes: number;
}

/**
 * The memory that one queue shares with the device, mapped once: both rings, then the buffers of jobs. Whoever has made it
 * releases it.
 */
export class QueueMemory {
  readonly bytes: Uint8Array;
  readonly iova: number;
  readonly submissionRing: Uint8Array;
  readonly completionRing: Uint8Array;
  readonly completionAt: number;
  readonly extents: ExtentAllocator;
  readonly #shared: SharedAllocation;
  readonly #buffersAt: number;

  /** Throws as `allocateFrom`. */
  constructor({ allocate, iova, depthLog2, bufferBytes }: QueueMemoryOptions) {
    const depth = 1 << depthLog2;
    this.completionAt = depth * SUBMISSION_ENTRY_BYTES;
    const ringsEnd = this.completionAt + depth * COMPLETION_ENTRY_BYTES;
    this.#buffersAt = wholePages(ringsEnd);
    const size = this.#buffersAt + wholePages(bufferBytes);
    this.#shared = allocateFrom(allocate, size);
    this.bytes = this.#shared.bytes;
    this.iova = iova;
    this.submissionRing = this.bytes.subarray(0, this.completionAt);
    this.completionRing = this.bytes.subarray(this.completionAt, ringsEnd);
    this.extents = new ExtentAllocator(wholePages(bufferBytes), EXTENT_UNIT);
  }

  /** What the device is let into. */
  get object(): MemoryObject {
    return this.#shared.memory;
  }

  /** Nobody uses it any more. */
  release(): void {
    this.#shared.release?.();
  }

  /** Part of the buffers; `at` as the extents have it. */
  window(at: number, length: number): Uint8Array {
    return this.bytes.subarray(this.#buffersAt + at, this.#buffersAt + at + length);
  }

  /** Where the device finds a part of the buffers. */
  iovaOf(at: number): number {
    return this.iova + this.#buffersAt + at;
  }
}

/** Bytes that a queue of this shape maps. */
export function queueMemoryBytes(depthLog2: number, bufferBytes: number): number {
  const rings = (1 << depthLog2) * (SUBMISSION_ENTRY_BYTES + COMPLETION_ENTRY_BYTES);
  return wholePages(rings) + wholePages(bufferBytes);
}

function wholePages(bytes: number): number {
  return Math.ceil(bytes / IOMMU_PAGE_SIZE) * IOMMU_PAGE_SIZE;
}
