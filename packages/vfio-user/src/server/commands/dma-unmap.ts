import { normalIova } from '@mdevkit/core';
import {
  VFIO_DMA_UNMAP_FLAG_ALL,
  VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
  VfioUserBitmap,
  VfioUserDmaUnmap,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Reply, Request, SessionContext } from '../context.js';
import type { DirtyReport } from '../memory/index.js';
import { readArgsz, requirePayload } from './payload.js';

/** Bytes; what a client may claim to have room for. */
const LARGEST_ARGSZ = 2 ** 20;
const WITH_BITMAP = VfioUserDmaUnmap.size + VfioUserBitmap.size;

/**
 * DMA_UNMAP: of one map as it was mapped, or of all. The reply repeats the request, which some clients wait for, and
 * adds the bitmap of dirty pages if that was asked for.
 */
export function dmaUnmap(session: SessionContext, request: Request): Reply | Promise<Reply> {
  const argsz = readArgsz(request, VfioUserDmaUnmap.size);
  if (argsz > LARGEST_ARGSZ) {
    throw failure('vfio-user.argsz', { argsz, maximum: LARGEST_ARGSZ });
  }
  const { flags, addr, size } = VfioUserDmaUnmap.decode(request.view);
  switch (flags) {
    case 0:
      return after(session.maps.unmap(normalIova(addr), normalIova(size)), () => echo(request));
    case VFIO_DMA_UNMAP_FLAG_ALL:
      if (addr !== 0n || size !== 0n) {
        throw failure('vfio-user.unmap-all', { iova: addr, size });
      }
      return after(session.maps.unmapAll(), () => echo(request));
    case VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP: {
      const dirty = readBitmap(session, request, argsz);
      const unmapping = session.maps.unmap(normalIova(addr), normalIova(size), dirty);
      return after(unmapping, () => withBitmap(request, dirty));
    }
    default:
      throw failure('vfio-user.unmap-flags', { flags });
  }
}

/** The request itself, for a reply. */
function echo({ payload }: Request): Reply {
  return { payload: payload.slice(0, VfioUserDmaUnmap.size) };
}

function readBitmap(session: SessionContext, request: Request, argsz: number): DirtyReport {
  requirePayload(request, WITH_BITMAP);
  const { pgsize, size } = VfioUserBitmap.decode(request.view, VfioUserDmaUnmap.size);
  if (size > BigInt(session.limits.maxBitmapSize) || Number(size) > argsz - WITH_BITMAP) {
    throw failure('vfio-user.bitmap', { size, argsz });
  }
  return { pageSize: Number(pgsize), bitmap: new Uint8Array(Number(size)) };
}

function withBitmap(request: Request, { bitmap }: DirtyReport): Reply {
  const payload = new Uint8Array(WITH_BITMAP + bitmap.length);
  payload.set(request.payload.subarray(0, WITH_BITMAP));
  new DataView(payload.buffer).setUint32(0, payload.length, true);
  payload.set(bitmap, WITH_BITMAP);
  return { payload };
}

function after(done: void | Promise<void>, reply: () => Reply): Reply | Promise<Reply> {
  return done === undefined ? reply() : done.then(reply);
}
