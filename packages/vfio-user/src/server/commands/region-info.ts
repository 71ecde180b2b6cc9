import type { RegionInfo } from '@mdevkit/core';
import {
  VFIO_REGION_INFO_FLAG_CAPS,
  VFIO_REGION_INFO_FLAG_MMAP,
  VfioRegionInfo,
} from '@mdevkit/uapi';
import type { Reply, Request, SessionContext } from '../context.js';
import { readArgsz } from './payload.js';
import { packCapabilities } from './region-capabilities.js';

/**
 * DEVICE_GET_REGION_INFO. Capabilities that do not fit are left out, and argsz says how much is needed; the
 * descriptor comes with the reply that has them, so that a client which asks twice is not given two.
 *
 * A region can be mapped only by a descriptor: without one it is reported as one that cannot.
 */
export function getRegionInfo(session: SessionContext, request: Request): Reply {
  const argsz = readArgsz(request, VfioRegionInfo.size);
  const info = session.endpoint.regionInfo(VfioRegionInfo.decode(request.view).index);
  const file = fileOf(session, info);
  const chain = packCapabilities(info.capabilities, file !== undefined);
  const needed = VfioRegionInfo.size + chain.length;
  const isWhole = argsz >= needed;
  const hasChain = isWhole && chain.length > 0;
  const payload = new Uint8Array(isWhole ? needed : VfioRegionInfo.size);
  VfioRegionInfo.encode(
    {
      argsz: needed,
      flags:
        (info.flags & ~(VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS)) |
        (file === undefined ? 0 : VFIO_REGION_INFO_FLAG_MMAP) |
        (hasChain ? VFIO_REGION_INFO_FLAG_CAPS : 0),
      index: info.index,
      cap_offset: hasChain ? VfioRegionInfo.size : 0,
      size: BigInt(info.size),
      offset: BigInt(file?.offset ?? 0),
    },
    payload,
  );
  if (hasChain) {
    payload.set(chain, VfioRegionInfo.size);
  }
  return isWhole && file !== undefined ? { payload, descriptors: [file.fd] } : { payload };
}

function fileOf(
  { endpoint, client }: SessionContext,
  { index, flags }: RegionInfo,
): { readonly fd: number; readonly offset: number } | undefined {
  const canPass = client.capabilities.maxMsgFds > 0;
  return canPass && (flags & VFIO_REGION_INFO_FLAG_MMAP) !== 0
    ? endpoint.region(index)?.file
    : undefined;
}
