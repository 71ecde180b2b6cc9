export {
  deviceConfig,
  findDoeCapabilities,
  readDeviceName,
  SysfsConfig,
  type ConfigAccess,
  type FoundDoeCapability,
} from './access/index.js';
export * from './cdat/index.js';
export * from './mailbox/index.js';
export * from './spdm/index.js';
export * from './spdm-emu/index.js';
