import { IOMMU_PAGE_SIZE, type AllocateMemory } from '@mdevkit/core';
import { failure } from '../errors.js';
import { MAX_DEPTH_LOG2 } from '../abi/index.js';
import { requireCount } from './counts.js';

/** Everything has a default. */
export interface AttachOptions {
  /** Queues to use; all that the device has by default. */
  readonly queues?: number;
  /** Entries of each ring, a power of two from 2 to 4096; 256 by default. */
  readonly depth?: number;
  /** Buffer memory of each queue in bytes; 16 MiB by default. */
  readonly bufferBytes?: number;
  /** First I/O virtual address that may be used, a multiple of 4096; 4 GiB by default. */
  readonly iova?: number;
  /**
   * Where buffer memory comes from; memory of the process by default. A device in another process or in
   * hardware needs memory that can be shared with it.
   */
  readonly allocateMemory?: AllocateMemory;
}

export const DEFAULT_DEPTH = 256;
export const DEFAULT_BUFFER_BYTES = 0x100_0000;
export const DEFAULT_IOVA = 0x1_0000_0000;

/** Memory of the process. */
export function allocateInProcess(bytes: number): Uint8Array {
  return new Uint8Array(bytes);
}

/** Throws EINVAL `accel.job` for memory that no device could be let into. */
export function requireMemory(iova: number, bufferBytes: number): void {
  requireCount('bufferBytes', bufferBytes);
  requireCount('iova', iova);
  if (iova % IOMMU_PAGE_SIZE !== 0) {
    throw failure('accel.job', { field: 'iova', value: iova });
  }
}

/** The logarithm of a ring's depth. Throws EINVAL `accel.job` for an impossible one. */
export function depthLog2Of(depth: number, most: number): number {
  const log2 = Math.log2(depth);
  if (!Number.isInteger(log2) || log2 < 1 || log2 > Math.min(most, MAX_DEPTH_LOG2)) {
    throw failure('accel.job', { field: 'depth', value: depth });
  }
  return log2;
}
