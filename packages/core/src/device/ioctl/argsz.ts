import { failure } from '../../errors/index.js';

/**
 * The rule that every VFIO structure shares: the first 32 bits say how long the caller's structure is. Throws
 * EFAULT when the buffer does not hold the fixed part or what argsz claims, EINVAL when argsz is too small.
 *
 * Source: Linux include/uapi/linux/vfio.h; drivers/vfio/pci/vfio_pci_core.c.
 */
export function readArgsz(view: DataView, fixedSize: number): number {
  if (view.byteLength < 4) {
    throw failure('ioctl.fault', { needed: 4, given: view.byteLength });
  }
  const argsz = view.getUint32(0, true);
  if (argsz < fixedSize) {
    throw failure('ioctl.argsz', { argsz, minimum: fixedSize });
  }
  if (view.byteLength < argsz) {
    throw failure('ioctl.fault', { needed: argsz, given: view.byteLength });
  }
  return argsz;
}
