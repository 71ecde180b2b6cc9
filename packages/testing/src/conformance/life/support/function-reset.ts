import type { Device } from '@mdevkit/core';
import { standardCapabilities } from '@mdevkit/pci';
import {
  PCI_CAP_ID_EXP,
  PCI_EXP_DEVCAP,
  PCI_EXP_DEVCAP_FLR,
  PCI_EXP_DEVCTL,
  PCI_EXP_DEVCTL_BCR_FLR,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
} from '@mdevkit/uapi';
import { isPci } from './regions.js';

/** Where the Device Control register of a function is that can be reset by it; undefined for others. */
export async function findFunctionReset(device: Device): Promise<number | undefined> {
  if (!(await isPci(device))) {
    return undefined;
  }
  const config = new Uint8Array(256);
  await device.read(CONFIG, 0, config);
  const express = standardCapabilities(config).find(({ id }) => id === PCI_CAP_ID_EXP);
  if (express === undefined) {
    return undefined;
  }
  const abilities = new DataView(config.buffer).getUint32(express.at + PCI_EXP_DEVCAP, true);
  return (abilities & PCI_EXP_DEVCAP_FLR) === 0 ? undefined : express.at + PCI_EXP_DEVCTL;
}

/** Resets a PCI function through its config space. Throws if it cannot be. */
export async function resetFunction(device: Device): Promise<void> {
  const control = await findFunctionReset(device);
  if (control === undefined) {
    throw new Error('the function has no function-level reset');
  }
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, PCI_EXP_DEVCTL_BCR_FLR, true);
  await device.write(CONFIG, control, bytes);
}
