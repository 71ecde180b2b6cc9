export * from './afu/index.js';
export * from './channel/index.js';
export type { DescriptorOperations, ReadTarget } from './descriptor-operations.js';
export { DeviceEvents, type DeviceEvent } from './device-events.js';
export { Emitter } from './emitter.js';
export * from './reader/index.js';
