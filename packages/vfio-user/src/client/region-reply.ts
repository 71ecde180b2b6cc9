import { MAX_REGION_SIZE, type MmapArea, type RegionInfo } from '@mdevkit/core';
import {
  VFIO_REGION_INFO_FLAG_CAPS,
  VFIO_REGION_INFO_FLAG_MMAP,
  VfioRegionInfo,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import { parseCapabilities } from './capability-chain.js';

/** What a reply to VFIO_USER_DEVICE_GET_REGION_INFO says. */
export interface RegionReply {
  /** As the device contract has it: `offset` is that of a file that holds all regions. */
  readonly info: RegionInfo;
  /** Where the region begins in the descriptor that comes with the reply. */
  readonly fileOffset: bigint;
  /** Bytes of the whole reply. */
  readonly needed: number;
  /** All of them came; otherwise `info` lacks the capabilities. */
  readonly isWhole: boolean;
}

/**
 * Throws `vfio-user.bad-reply`.
 *
 * Source: docs/interop/vfio-user.rst, VFIO_USER_DEVICE_GET_REGION_INFO.
 */
export function parseRegionReply(payload: Uint8Array, index: number): RegionReply {
  if (payload.length < VfioRegionInfo.size) {
    throw failure('vfio-user.bad-reply', { problem: 'a region info is cut', index });
  }
  const head = VfioRegionInfo.decode(payload);
  if (head.index !== index) {
    throw failure('vfio-user.bad-reply', { problem: 'the info of another region', index });
  }
  if (head.size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw failure('vfio-user.bad-reply', { problem: 'a region is too large', index });
  }
  const size = Number(head.size);
  const isWhole = head.argsz <= payload.length;
  const hasChain = isWhole && (head.flags & VFIO_REGION_INFO_FLAG_CAPS) !== 0;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  return {
    info: {
      index,
      flags: head.flags,
      size,
      offset: index * MAX_REGION_SIZE,
      capabilities: hasChain ? parseCapabilities(view, head.cap_offset, size) : [],
    },
    fileOffset: head.offset,
    needed: head.argsz,
    isWhole,
  };
}

/** The parts of a region that can each be mapped with one call. */
export function mappableAreas(info: RegionInfo): readonly MmapArea[] {
  if ((info.flags & VFIO_REGION_INFO_FLAG_MMAP) === 0) {
    return [];
  }
  const sparse = info.capabilities.find(({ kind }) => kind === 'sparse-mmap');
  return sparse?.kind === 'sparse-mmap' ? sparse.areas : [{ offset: 0, size: info.size }];
}
