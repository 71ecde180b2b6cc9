import {
  VFIO_DEVICE_FEATURE,
  VFIO_DEVICE_GET_INFO,
  VFIO_DEVICE_GET_IRQ_INFO,
  VFIO_DEVICE_GET_REGION_INFO,
  VFIO_DEVICE_GET_PCI_HOT_RESET_INFO,
  VFIO_DEVICE_IOEVENTFD,
  VFIO_DEVICE_PCI_HOT_RESET,
  VFIO_DEVICE_RESET,
  VFIO_DEVICE_SET_IRQS,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Endpoint } from '../endpoint.js';
import type { Descriptors } from './descriptors.js';
import { deviceFeature } from './feature-call.js';
import { hotReset } from './hot-reset-call.js';
import { setIoeventfd } from './ioeventfd-call.js';
import { getDeviceInfo, getIrqInfo, getRegionInfo } from './info-calls.js';
import { setIrqs } from './set-irqs-call.js';

/**
 * A call in the kernel's binary form: the number and the structure of `<linux/vfio.h>`, answered in place in
 * `arg`. Transports that carry these structures use it, so that the rules of argsz stand in one place.
 *
 * Returns 0 or, for SET_IRQS, the vectors that exist. Throws what the typed calls throw, EINVAL and EFAULT
 * for a bad argsz, ENOTTY for an unknown number.
 */
export function deviceIoctl(
  endpoint: Endpoint,
  request: number,
  arg: Uint8Array,
  descriptors: Descriptors,
): number | Promise<number> {
  // Whether there is a device to talk to comes before what is said: EINVAL before open, ENODEV when revoked.
  endpoint.requireOpen();
  const view = new DataView(arg.buffer, arg.byteOffset, arg.byteLength);
  switch (request) {
    case VFIO_DEVICE_GET_INFO:
      return getDeviceInfo(endpoint, view);
    case VFIO_DEVICE_GET_REGION_INFO:
      return getRegionInfo(endpoint, view);
    case VFIO_DEVICE_GET_IRQ_INFO:
      return getIrqInfo(endpoint, view);
    case VFIO_DEVICE_SET_IRQS:
      return setIrqs(endpoint, view, descriptors);
    case VFIO_DEVICE_RESET:
      return endpoint.reset().then(() => 0);
    case VFIO_DEVICE_FEATURE:
      return deviceFeature(endpoint, view, descriptors);
    case VFIO_DEVICE_IOEVENTFD:
      return setIoeventfd(endpoint, view, descriptors);
    case VFIO_DEVICE_GET_PCI_HOT_RESET_INFO:
    case VFIO_DEVICE_PCI_HOT_RESET:
      return hotReset(endpoint, request, view);
    default:
      throw failure('ioctl.unknown', { request });
  }
}
