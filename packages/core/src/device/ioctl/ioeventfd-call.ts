import { VFIO_DEVICE_IOEVENTFD_SIZE_MASK, VfioDeviceIoeventfd } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Endpoint } from '../endpoint.js';
import type { IoeventfdRequest } from '../ioeventfds.js';
import { REGION_SPACING } from '../region-table.js';
import { readArgsz } from './argsz.js';
import type { Descriptors } from './descriptors.js';

/** The part of vfio_device_ioeventfd that every caller has: up to fd. */
const IOEVENTFD_MIN = 28;

/** VFIO_DEVICE_IOEVENTFD. Source: Linux drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_ioeventfd. */
export function setIoeventfd(endpoint: Endpoint, arg: DataView, descriptors: Descriptors): number {
  readArgsz(arg, IOEVENTFD_MIN);
  const view = new DataView(new ArrayBuffer(VfioDeviceIoeventfd.size));
  new Uint8Array(view.buffer).set(new Uint8Array(arg.buffer, arg.byteOffset, IOEVENTFD_MIN));
  const { flags, offset, data, fd } = VfioDeviceIoeventfd.decode(view);
  const width = widthOf(flags);
  if (width === undefined || fd < -1) {
    throw failure('ioeventfd.flags', { flags, descriptor: fd });
  }
  const spacing = BigInt(REGION_SPACING);
  endpoint.ioeventfds.set(
    {
      region: Number(offset / spacing),
      offset: Number(offset % spacing),
      width,
      data: BigInt.asUintN(8 * width, data),
      slot: fd,
    },
    descriptors.resolve,
  );
  return 0;
}

/** The flags are the width itself, in bytes. */
function widthOf(flags: number): IoeventfdRequest['width'] | undefined {
  const known = (flags & ~VFIO_DEVICE_IOEVENTFD_SIZE_MASK) === 0;
  return known && (flags === 1 || flags === 2 || flags === 4 || flags === 8) ? flags : undefined;
}
