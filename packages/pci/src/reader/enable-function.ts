import type { Device } from '@mdevkit/core';
import {
  PCI_COMMAND,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  VFIO_PCI_CONFIG_REGION_INDEX,
} from '@mdevkit/uapi';

/**
 * Lets a function answer on its memory BARs and access memory; what else was set stays. Throws what the device throws.
 *
 * Source: drivers/pci/pci.c, pci_enable_device_mem, pci_set_master.
 */
export async function enableFunction(device: Pick<Device, 'read' | 'write'>): Promise<void> {
  const bytes = new Uint8Array(2);
  const command = new DataView(bytes.buffer);
  await device.read(VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND, bytes);
  command.setUint16(0, command.getUint16(0, true) | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, true);
  await device.write(VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND, bytes);
}
