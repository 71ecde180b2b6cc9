export type { ClientLimits } from './client-limits.js';
export type { ClientPollingOptions } from './adaptive-spin.js';
export { VfioUserDevice, type VfioUserDeviceOptions } from './vfio-user-device.js';
