export { readCapability } from './capability.js';
export { DeviceQueue } from './device-queue.js';
export { enableFunction } from './pci-function.js';
