import { defineDriver, registerLayout } from '@mdevkit/core';
import {
  msix,
  PciFunction,
  pcieEndpoint,
  pciLayout,
  powerManagement,
  vendorCapability,
} from '@mdevkit/pci';
import { PCI_COMMAND_MEMORY } from '@mdevkit/uapi';

export const VECTORS = 4;

/** At the start of BAR 0. Writing n to DOORBELL raises MSI-X vector n. */
export const eduRegisters = registerLayout('edu', 0x1000, [
  { name: 'ID', offset: 0, width: 4, access: 'ro', reset: 0x7665646d },
  { name: 'SCRATCH', offset: 4, width: 4, access: 'rw' },
  { name: 'DOORBELL', offset: 8, width: 4, access: 'wo' },
]);

const layout = pciLayout({
  vendorId: 0x6d64,
  deviceId: 0xed00,
  classCode: 0x00ff00,
  bars: { 0: { size: 0x4000 } },
  capabilities: [
    pcieEndpoint(),
    powerManagement(),
    msix({ vectors: VECTORS, table: { bar: 0, offset: 0x2000 }, pba: { bar: 0, offset: 0x3000 } }),
    vendorCapability({ id: 0xed00, version: 1, payload: Uint8Array.of(VECTORS) }),
  ],
});

export const eduDriver = defineDriver({
  name: 'edu',
  deviceApi: 'vfio-pci',
  types: [{ id: 'one' }],
  parents: [{ name: 'edu0', capacity: 1 }],
  model: ({ irqs, dma }) => {
    const ring = (vector: number): boolean => vector < VECTORS && pci.interrupt(vector);
    const handler = eduRegisters.instantiate({ DOORBELL: { write: ring } });
    const bars = { 0: [{ kind: 'trapped', offset: 0, size: handler.size, handler }] } as const;
    // As the kernel's samples: BAR 0 answers a client that has no firmware to enable it.
    const initial = { command: PCI_COMMAND_MEMORY };
    const pci = new PciFunction(layout, { irqs, dma, bars, initial });
    return { deviceApi: 'vfio-pci', regions: pci.regions, irqs: pci.irqs, reset: () => undefined };
  },
});
