export {
  extendedCapabilities,
  standardCapabilities,
  type FoundCapability,
  type FoundExtendedCapability,
} from './capability-walk.js';
export { enableFunction } from './enable-function.js';
export {
  findVendorCapability,
  readVendorCapability,
  type VendorCapability,
} from './vendor-reader.js';
