import type { Device } from '@mdevkit/core';
import { enableFunction } from '@mdevkit/pci';
import { VFIO_DEVICE_FLAGS_PCI, VFIO_DEVICE_FLAGS_RESET } from '@mdevkit/uapi';

export async function isPci(device: Device): Promise<boolean> {
  return ((await device.info()).flags & VFIO_DEVICE_FLAGS_PCI) !== 0;
}

export async function canReset(device: Device): Promise<boolean> {
  return ((await device.info()).flags & VFIO_DEVICE_FLAGS_RESET) !== 0;
}

/** Lets a PCI function answer on its BARs and reach memory; nothing for others. */
export async function makeReady(device: Device): Promise<void> {
  if (await isPci(device)) {
    await enableFunction(device);
  }
}
