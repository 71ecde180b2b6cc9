export { readCapability } from './capability.js';
export { DeviceQueue } from './device-queue.js';
