import { registerLayout } from '@mdevkit/core';
import { msix, pcieEndpoint, pciLayout, powerManagement } from '@mdevkit/pci';

/** Vectors of a probe. */
export const PROBE_VECTORS = 8;

/** The most that one copy of a probe moves, in bytes: more than a client takes with one message. */
export const PROBE_LONGEST_COPY = 0x28_0000;

/** At the start of BAR 0. Addresses are of the guest's memory. */
export const probeRegisters = registerLayout('probe', 0x1000, [
  {
    name: 'ID',
    offset: 0x00,
    width: 4,
    access: 'ro',
    description: 'the first 32 bits of its uuid',
  },
  { name: 'SCRATCH', offset: 0x04, width: 4, access: 'rw' },
  { name: 'DOORBELL', offset: 0x08, width: 4, access: 'wo', description: 'raises vector n' },
  { name: 'LOWER', offset: 0x0c, width: 4, access: 'wo', description: 'lowers the INTx line' },
  { name: 'SOURCE', offset: 0x10, width: 4, access: 'rw' },
  { name: 'TARGET', offset: 0x14, width: 4, access: 'rw' },
  { name: 'LENGTH', offset: 0x18, width: 4, access: 'rw' },
  { name: 'COMMAND', offset: 0x1c, width: 4, access: 'wo', description: 'one of probeCommand' },
  { name: 'STATUS', offset: 0x20, width: 4, access: 'ro', description: 'one of probeStatus' },
]);

/** What a write of COMMAND starts. Each ends with vector 0. */
export const probeCommand = {
  /** Copies LENGTH bytes from SOURCE to TARGET before the write is answered. */
  copyNow: 1,
  /** The same by `fetch` and `store`, after the write is answered. */
  copyLater: 2,
} as const;

export const probeStatus = { idle: 0, busy: 1, done: 2, fault: 3 } as const;

/** Where a guest finds the function. */
export const probeId = { vendor: 0x6d64, device: 0xed01 } as const;

/** A narrow and a wide BAR, MSI-X and INTx, and all resets that a function can have. */
export const probeLayout = pciLayout({
  vendorId: probeId.vendor,
  deviceId: probeId.device,
  subsystemVendorId: 0x6d64,
  subsystemId: 0x0001,
  revision: 3,
  classCode: 0x00ff00,
  interruptPin: 1,
  bars: {
    0: { size: 0x4000 },
    2: { size: 0x1_0000, kind: 'memory64', prefetchable: true },
  },
  capabilities: [
    pcieEndpoint(),
    powerManagement(),
    msix({
      vectors: PROBE_VECTORS,
      table: { bar: 0, offset: 0x2000 },
      pba: { bar: 0, offset: 0x3000 },
    }),
  ],
});
