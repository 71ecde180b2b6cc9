import type { Iova } from '@mdevkit/core';
import {
  VFIO_USER_F_DMA_REGION_ACCESS_FILE_IO,
  VFIO_USER_F_DMA_REGION_ACCESS_MMAP,
  VFIO_USER_F_DMA_REGION_READ,
  VFIO_USER_F_DMA_REGION_WRITE,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';

/** Bytes of the largest map. */
const LARGEST_MAP = 2 ** 43;

const KNOWN =
  VFIO_USER_F_DMA_REGION_READ |
  VFIO_USER_F_DMA_REGION_WRITE |
  VFIO_USER_F_DMA_REGION_ACCESS_MMAP |
  VFIO_USER_F_DMA_REGION_ACCESS_FILE_IO;

/** One map that a client asks for. */
export interface MapRequest {
  readonly iova: Iova;
  /** Bytes. */
  readonly size: number;
  /** Where the memory begins in the descriptor, in bytes. */
  readonly offset: number;
  /** VFIO_USER_F_DMA_REGION_*. */
  readonly flags: number;
  /** The client's descriptor, which stays the caller's; undefined for memory that answers messages. */
  readonly fd: number | undefined;
}

/** Whether the device may read, and may write. */
export function accessOf(flags: number): { readonly read: boolean; readonly write: boolean } {
  return {
    read: (flags & VFIO_USER_F_DMA_REGION_READ) !== 0,
    write: (flags & VFIO_USER_F_DMA_REGION_WRITE) !== 0,
  };
}

/** Whether the memory is to be read and written by system calls rather than mapped. */
export function wantsFileIo(flags: number): boolean {
  return (
    (flags & VFIO_USER_F_DMA_REGION_ACCESS_FILE_IO) !== 0 &&
    (flags & VFIO_USER_F_DMA_REGION_ACCESS_MMAP) === 0
  );
}

/** Throws EINVAL `vfio-user.map-flags`, `vfio-user.map-descriptor`, `vfio-user.map-range`; ENOSPC `vfio-user.map-size`. */
export function checkMapRequest({ size, offset, flags, fd }: MapRequest): void {
  if ((flags & ~KNOWN) !== 0) {
    throw failure('vfio-user.map-flags', { flags });
  }
  const needsDescriptor =
    (flags & (VFIO_USER_F_DMA_REGION_ACCESS_MMAP | VFIO_USER_F_DMA_REGION_ACCESS_FILE_IO)) !== 0;
  if (needsDescriptor && fd === undefined) {
    throw failure('vfio-user.map-descriptor', { flags });
  }
  if (size > LARGEST_MAP) {
    throw failure('vfio-user.map-size', { size });
  }
  if (!Number.isSafeInteger(offset + size)) {
    throw failure('vfio-user.map-range', { offset, size });
  }
}
