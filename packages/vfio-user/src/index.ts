export { VfioUserDevice, type ClientLimits, type VfioUserDeviceOptions } from './client/index.js';
export { failure, vfioUserReasons, type VfioUserReason } from './errors/index.js';
export {
  commandName,
  COMMANDS,
  DEFAULT_LIMITS,
  type Capabilities,
  type Command,
  type Direction,
  type MigrationCapability,
  type Quirks,
  type ServerLimits,
} from './protocol/index.js';
export * from './server/index.js';
