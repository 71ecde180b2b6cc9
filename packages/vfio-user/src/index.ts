export { VfioUserDevice, type VfioUserDeviceOptions } from './client/index.js';
export { failure, vfioUserReasons, type VfioUserReason } from './errors/index.js';
export {
  commandName,
  COMMANDS,
  DEFAULT_LIMITS,
  type Capabilities,
  type Command,
  type ServerLimits,
} from './protocol/index.js';
export * from './server/index.js';
