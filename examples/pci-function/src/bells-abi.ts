import { registerLayout } from '@mdevkit/core';
import { msix, pciLayout, pcieEndpoint, vendorCapability } from '@mdevkit/pci';

/*
 * What the device and its client must agree on, in one file that both import.
 */

export const BELLS = 4;
/** The vendor capability that says "these are bells". Since version 2 its payload says how many. */
export const BELLS_CAPABILITY_ID = 0xbe11;

/** At the start of BAR 0. */
export const bellRegisters = registerLayout('bells', 0x1000, [
  { name: 'ID', offset: 0, width: 4, access: 'ro', reset: 0x6c6c6562 },
  { name: 'RING', offset: 4, width: 4, access: 'wo', description: 'rings bell n' },
]);

/** The function: compiled once, shared by all devices. In BAR 0, MSI-X lies behind the registers. */
export const bellsLayout = pciLayout({
  vendorId: 0x6d64,
  deviceId: 0xbe11,
  classCode: 0x120000,
  bars: { 0: { size: 0x4000 } },
  capabilities: [
    pcieEndpoint(),
    msix({ vectors: BELLS, table: { bar: 0, offset: 0x2000 }, pba: { bar: 0, offset: 0x3000 } }),
    vendorCapability({ id: BELLS_CAPABILITY_ID, version: 2, payload: Uint8Array.of(BELLS) }),
  ],
});
