export { ALL_ONES, type ConfigAccess } from './config-access.js';
export { deviceConfig } from './device-config.js';
export { readDeviceName } from './device-name.js';
export { findDoeCapabilities, type FoundDoeCapability } from './find-capabilities.js';
export { SysfsConfig } from './sysfs-config.js';
export { systemFailure } from './system-failure.js';
