export {
  extendedCapabilities,
  standardCapabilities,
  type FoundCapability,
  type FoundExtendedCapability,
} from './capability-walk.js';
export {
  findVendorCapability,
  readVendorCapability,
  type VendorCapability,
} from './vendor-reader.js';
