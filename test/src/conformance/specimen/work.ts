import { bindIrqs, irqCallback, read32, write32, write64, type Device } from '@mdevkit/core';
import {
  PCI_COMMAND,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_PCI_CONFIG_REGION_INDEX,
  VFIO_PCI_MSIX_IRQ_INDEX,
} from '@mdevkit/uapi';
import { DONE_INDEX } from './platform-specimen.js';
import { JOB_MS, specimenRegisters, STATUS_DONE } from './registers.js';

const IOVA = 0x10_0000;
const LENGTH = 0x100;

/** Has a specimen copy some memory, and looks whether it did. Ends when its clock moves on, whatever is lost. */
export async function specimenWork(
  device: Device,
  advance: (milliseconds: number) => void,
): Promise<void> {
  const memory = new Uint8Array(0x2000).fill(0xa5, 0, LENGTH);
  await device.dmaMap({ iova: IOVA, memory });
  try {
    await start(device);
    advance(JOB_MS);
    const status = await read32(device, 0, specimenRegisters.offsetOf('STATUS'));
    if (status !== STATUS_DONE || memory[0x1000 + LENGTH - 1] !== 0xa5) {
      throw new Error(`the job ended with status ${status}`);
    }
  } finally {
    await device.dmaUnmap(IOVA, memory.length);
  }
}

async function start(device: Device): Promise<void> {
  const isPci = ((await device.info()).flags & VFIO_DEVICE_FLAGS_PCI) !== 0;
  if (isPci) {
    const command = Uint8Array.of(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0);
    await device.write(VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND, command);
  }
  const index = isPci ? VFIO_PCI_MSIX_IRQ_INDEX : DONE_INDEX;
  await bindIrqs(device, index, [irqCallback(() => undefined)]);
  await write64(device, 0, specimenRegisters.offsetOf('SOURCE'), BigInt(IOVA));
  await write64(device, 0, specimenRegisters.offsetOf('TARGET'), BigInt(IOVA + 0x1000));
  await write32(device, 0, specimenRegisters.offsetOf('LENGTH'), LENGTH);
  await write32(device, 0, specimenRegisters.offsetOf('PASID'), 0);
  await write32(device, 0, specimenRegisters.offsetOf('DOORBELL'), 1);
}
