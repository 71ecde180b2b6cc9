import type { Device } from '@mdevkit/core';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';

/**
 * All of a function's config space, 256 or 4096 bytes, in one read, as a client sees it. Registers that a read changes are
 * changed.
 *
 * Rejects with RangeError if the device has no config space, and as the device's own calls.
 */
export async function readConfig(device: Pick<Device, 'regionInfo' | 'read'>): Promise<Uint8Array> {
  const { size } = await device.regionInfo(VFIO_PCI_CONFIG_REGION_INDEX);
  const config = new Uint8Array(size);
  const count = await device.read(VFIO_PCI_CONFIG_REGION_INDEX, 0, config);
  if (size === 0 || count !== size) {
    throw new RangeError(`the device has no config space: region 7 gave ${count} of ${size} bytes`);
  }
  return config;
}
