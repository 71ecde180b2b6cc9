import { MdevError, type Iova } from '@mdevkit/core';
import { Errno, errnoName } from '@mdevkit/uapi';
import { vfioUserReasons } from '../errors/index.js';
import { DMA_ADDRESS } from '../wire/index.js';

/** QEMU 10.1 and 10.2 have the data where the second half of the count belongs. */
export const FIXED_WITH_SHORT_COUNT = 12;

/** The address of the piece at `at` of a transfer to `iova`. */
export function putAddress(payload: DataView, iova: Iova, at: number): void {
  const sum = typeof iova === 'number' ? iova + at : Infinity;
  if (sum <= Number.MAX_SAFE_INTEGER) {
    payload.setUint32(DMA_ADDRESS, sum >>> 0, true);
    payload.setUint32(DMA_ADDRESS + 4, Math.floor(sum / 2 ** 32), true);
  } else {
    payload.setBigUint64(DMA_ADDRESS, BigInt(iova) + BigInt(at), true);
  }
}

/** What the client answered as an error of ours: its errno where it has a name. */
export function refused(
  errno: number,
  details: Readonly<Record<string, string | number>>,
): MdevError {
  const { text } = vfioUserReasons['vfio-user.dma-failed'];
  const code = errnoName(errno) ?? errnoName(Errno.EIO) ?? 'EIO';
  return new MdevError(code, 'vfio-user.dma-failed', text, { ...details, errno });
}
