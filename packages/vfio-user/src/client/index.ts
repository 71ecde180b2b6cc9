export type { ClientLimits } from './client-limits.js';
export { VfioUserDevice, type VfioUserDeviceOptions } from './vfio-user-device.js';
