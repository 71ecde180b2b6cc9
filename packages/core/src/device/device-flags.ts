import {
  VFIO_DEVICE_FLAGS_AMBA,
  VFIO_DEVICE_FLAGS_AP,
  VFIO_DEVICE_FLAGS_CCW,
  VFIO_DEVICE_FLAGS_CDX,
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_DEVICE_FLAGS_PLATFORM,
  VFIO_DEVICE_FLAGS_RESET,
} from '@mdevkit/uapi';
import type { DeviceApi, DeviceModel } from './model.js';

const apiFlags: Readonly<Record<DeviceApi, number>> = {
  'vfio-pci': VFIO_DEVICE_FLAGS_PCI,
  'vfio-platform': VFIO_DEVICE_FLAGS_PLATFORM,
  'vfio-amba': VFIO_DEVICE_FLAGS_AMBA,
  'vfio-ccw': VFIO_DEVICE_FLAGS_CCW,
  'vfio-ap': VFIO_DEVICE_FLAGS_AP,
  'vfio-cdx': VFIO_DEVICE_FLAGS_CDX,
};

/** Whether a string is one of the kernel's device_api strings. */
export function isDeviceApi(value: unknown): value is DeviceApi {
  return typeof value === 'string' && Object.hasOwn(apiFlags, value);
}

/** VFIO_DEVICE_FLAGS_* of a model: its kind, and RESET if it has a reset. */
export function deviceFlags(model: DeviceModel): number {
  return apiFlags[model.deviceApi] | (model.reset === undefined ? 0 : VFIO_DEVICE_FLAGS_RESET);
}
