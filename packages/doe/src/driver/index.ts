export * from './auxiliary/index.js';
export * from './cdat/index.js';
export * from './compliance/index.js';
export { doeObjects } from './control/index.js';
export * from './cxl/index.js';
export { doeDriver, type DoeDriverOptions } from './driver.js';
export {
  DEFAULT_LIMITS as DEFAULT_DOE_LIMITS,
  type DoeCall,
  type DoeCapabilitySpec,
  type DoeFeature,
  type DoeFeatureSpec,
  type DoeInstanceSpec,
  type DoeLimits,
} from './feature/index.js';
export * from './identity/index.js';
export { doeCapability } from './instance/index.js';
export * from './model/index.js';
export { FeatureGrant, type FeatureGrantOptions, type FeatureOwner } from './ownership/index.js';
export * from './set/index.js';
export * from './spdm/index.js';
