export { aer } from './aer.js';
export type {
  BarLocation,
  CapabilityBody,
  CapabilitySpec,
  CapabilityTraits,
  ExpressTraits,
  ExtendedCapability,
  MsiTraits,
  MsixTraits,
  PlacementOptions,
  PowerManagementTraits,
  StandardCapability,
} from './capability-spec.js';
export { chainRegisters, firstCapability } from './chain.js';
export { deviceSerialNumber } from './device-serial-number.js';
export { dvsec, type DvsecOptions } from './dvsec.js';
export { msi, type MsiOptions } from './msi.js';
export { msix, type MsixOptions } from './msix.js';
export { pcieEndpoint, type PcieEndpointOptions } from './pcie-endpoint.js';
export { placeCapabilities, type PlacedCapability } from './placement.js';
export { powerManagement, type PowerManagementOptions } from './power-management.js';
export {
  rawCapability,
  rawExtendedCapability,
  type RawCapabilityOptions,
  type RawExtendedCapabilityOptions,
} from './raw.js';
export { vendorCapability, type VendorCapabilityOptions } from './vendor.js';
export { vendorLayout } from './vendor-layout.js';
