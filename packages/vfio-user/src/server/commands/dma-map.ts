import { normalIova } from '@mdevkit/core';
import { VfioUserDmaMap } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Request, SessionContext } from '../context.js';
import { readArgsz } from './payload.js';

/** DMA_MAP; the reply is a bare header. */
export function dmaMap({ maps }: SessionContext, request: Request): undefined | Promise<undefined> {
  readArgsz(request, VfioUserDmaMap.size);
  const { flags, offset, addr, size } = VfioUserDmaMap.decode(request.view);
  // What opens the memory takes a copy of the descriptor.
  using descriptors = request.takeDescriptors();
  if (descriptors.length > 1) {
    throw failure('vfio-user.descriptors', { wanted: 1, descriptors: descriptors.length });
  }
  const wanted = {
    iova: normalIova(addr),
    // Beyond 2^53 these are no longer exact, and refused.
    size: Number(size),
    offset: Number(offset),
    flags,
    fd: descriptors.peek(0),
  };
  const mapping = maps.map(wanted, () => request.isOver);
  return mapping?.then(() => undefined);
}
