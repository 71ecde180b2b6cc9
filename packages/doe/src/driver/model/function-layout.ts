import {
  deviceSerialNumber,
  msix,
  pciLayout,
  pcieEndpoint,
  type PciFunctionLayout,
} from '@mdevkit/pci';
import type { CmaName } from '../../abi/cma/index.js';
import type { DoeCapabilitySpec } from '../feature/index.js';
import { doeCapability } from '../instance/index.js';

/** Messages that the function has for all its purposes. DOE takes numbers of them. */
export const FUNCTION_VECTORS = 4;

/** Where the function's DOE Capabilities lie, and which message each has. */
export const functionCapabilities = {
  /** Who it is, and what it runs. */
  attestation: { at: 0x140, message: 0 },
  /** What its memory is like. */
  table: { at: 0x160, message: 1 },
  /** Test modes. */
  compliance: { at: 0x180 },
} as const satisfies Record<string, DoeCapabilitySpec>;

/** What config space says that the function is; its certificate says the same. */
export const functionName: CmaName = {
  vendor: 0x6d64,
  device: 0xd0e1,
  classCode: 0x12_0000,
  revision: 1,
  subsystemVendor: 0x6d64,
  subsystem: 1,
  serial: 0x6d64_6576_d0e1_0001n,
};

/** Compiled once, for all functions. */
export function functionLayout(): PciFunctionLayout {
  const { vendor, device, classCode, revision, subsystemVendor, subsystem } = functionName;
  return pciLayout({
    vendorId: vendor,
    deviceId: device,
    subsystemVendorId: subsystemVendor,
    subsystemId: subsystem,
    revision,
    classCode,
    bars: { 0: { size: 0x1000 } },
    capabilities: [
      pcieEndpoint(),
      msix({
        vectors: FUNCTION_VECTORS,
        table: { bar: 0, offset: 0 },
        pba: { bar: 0, offset: 0x800 },
      }),
      deviceSerialNumber(functionName.serial ?? 0n),
      ...Object.values<DoeCapabilitySpec>(functionCapabilities).map(doeCapability),
    ],
  });
}
