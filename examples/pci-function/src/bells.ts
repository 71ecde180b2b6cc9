import { defineDriver, type DeviceModel, type ModelServices } from '@mdevkit/core';
import { PciFunction } from '@mdevkit/pci';
import { BELLS, bellRegisters, bellsLayout } from './bells-abi.js';

/** A function whose bells are interrupt vectors: ringing bell n fires vector n. */
class Bells implements DeviceModel {
  readonly deviceApi = 'vfio-pci';
  /** BARs, ROM and config space, in the order of the kernel's vfio-pci. */
  readonly regions: DeviceModel['regions'];
  /** INTx, MSI, MSI-X, error and request. */
  readonly irqs: DeviceModel['irqs'];

  constructor({ irqs, dma }: ModelServices) {
    const handler = bellRegisters.instantiate({
      RING: {
        write: (bell) => {
          // What is written is the client's choice, so it is checked; there is no bell above the last.
          if (bell < BELLS) {
            pci.interrupt(bell);
          }
        },
      },
    });
    const pci = new PciFunction(bellsLayout, {
      irqs,
      dma,
      bars: { 0: [{ kind: 'trapped', offset: 0, size: bellRegisters.size, handler }] },
    });
    this.regions = pci.regions;
    this.irqs = pci.irqs;
  }
}

export const bellsDriver = defineDriver({
  name: 'bells',
  deviceApi: 'vfio-pci',
  types: [{ id: 'four' }],
  parents: [{ name: 'tower', capacity: 1 }],
  model: (services) => new Bells(services),
});
