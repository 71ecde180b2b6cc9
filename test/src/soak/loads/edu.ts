import { bindIrqs, disableIrqs, irqCallback, read32, write32 } from '@mdevkit/core';
import { eduDriver, eduRegisters, VECTORS } from '@mdevkit/example-edu';
import {
  PCI_COMMAND,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  VFIO_PCI_BAR0_REGION_INDEX as BAR0,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
  VFIO_PCI_MSIX_IRQ_INDEX as MSIX,
} from '@mdevkit/uapi';
import { lend } from '../ways.js';
import { WrongData, type Load, type Round } from './load.js';
import { useDevice } from './use-device.js';

const SCRATCH = eduRegisters.offsetOf('SCRATCH');
const DOORBELL = eduRegisters.offsetOf('DOORBELL');
const TURNS = 24;
const PAGE = 4096;
/** Reads that an interrupt may take to arrive over a socket. */
const PATIENT_TURNS = 1000;

async function run({ way, random, faults, did }: Round): Promise<void> {
  using lent = lend(PAGE);
  await useDevice(way, 'edu0', 'edu-one', async (device) => {
    await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    let rung = 0;
    const vectors = Array.from({ length: VECTORS }, () => irqCallback(() => (rung += 1)));
    await bindIrqs(device, MSIX, vectors);
    for (let turn = 0; turn < TURNS; turn++) {
      const value = random.next();
      await device.dmaMap({ iova: turn * PAGE, memory: lent.memory });
      await write32(device, BAR0, SCRATCH, value);
      const found = await read32(device, BAR0, SCRATCH);
      if (found !== value && faults !== 'lying') {
        throw new WrongData(`SCRATCH is ${found}, not ${value}`);
      }
      await write32(device, BAR0, DOORBELL, random.below(VECTORS));
      await device.dmaUnmap(turn * PAGE, PAGE);
    }
    if (faults === 'none') {
      // Each came before the write was answered, or is on its way.
      for (let turn = 0; turn < PATIENT_TURNS && rung < TURNS; turn++) {
        await read32(device, BAR0, SCRATCH);
      }
      if (rung !== TURNS) {
        throw new WrongData(`${rung} of ${TURNS} interrupts came`);
      }
    }
    await disableIrqs(device, MSIX);
    await device.reset();
    did('accesses', TURNS * 3);
    did('interrupts', rung);
  });
}

/** Registers, interrupts and maps, one after the other. */
export const edu: Load = {
  name: 'edu',
  weight: 3,
  driver: () => Promise.resolve(eduDriver),
  run,
};
