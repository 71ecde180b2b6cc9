export type { Descriptors } from './descriptors.js';
export { deviceIoctl } from './device-ioctl.js';
