import {
  aer,
  deviceSerialNumber,
  dvsec,
  msi,
  msix,
  pcieEndpoint,
  powerManagement,
  rawCapability,
  rawExtendedCapability,
  vendorCapability,
  type CapabilitySpec,
} from './capability/index.js';
import { minimal } from './fakes.test-support.js';
import { pciLayout, type PciFunctionSpec } from './layout/index.js';

/** One capability of every builder. */
export const everyCapability: readonly CapabilitySpec[] = [
  powerManagement({ d1: true, noSoftReset: false }),
  deviceSerialNumber(0x0011223344556677n),
  pcieEndpoint({ at: 0x80 }),
  msi({ vectors: 8, maskable: true }),
  aer(),
  msix({ vectors: 70, table: { bar: 0, offset: 0x1000 }, pba: { bar: 0, offset: 0x1800 } }),
  vendorCapability({ id: 0xbeef, version: 3, payload: Uint8Array.of(1, 2, 3) }),
  dvsec({ vendor: 0x1e98, revision: 1, id: 8, payload: new Uint8Array(6), at: 0x800 }),
  rawCapability({ id: 0x0d, bytes: Uint8Array.of(0, 0, 1, 2, 3, 4) }),
  rawExtendedCapability({
    id: 0x18,
    version: 1,
    bytes: Uint8Array.of(1, 2, 3, 4),
    writable: Uint8Array.of(0xff, 0, 0xff, 0),
  }),
];

/** A function with one of everything. */
export const everything: PciFunctionSpec = {
  ...minimal,
  interruptPin: 1,
  bars: { 0: { size: 8192, kind: 'memory64' }, 2: { size: 64, kind: 'io' }, 3: { size: 256 } },
  rom: Uint8Array.of(0x55, 0xaa),
  capabilities: everyCapability,
};

export const everythingLayout = pciLayout(everything);

/** The same, but no write to config space resets it. */
export const steadyLayout = pciLayout({
  ...everything,
  capabilities: everyCapability.map((capability) => {
    switch (capability.name) {
      case 'pm':
        return powerManagement({ d1: true });
      case 'pcie':
        return pcieEndpoint({ at: 0x80, functionLevelReset: false });
      default:
        return capability;
    }
  }),
});
