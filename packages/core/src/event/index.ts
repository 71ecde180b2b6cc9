export { DeviceEvents, type DeviceEvent } from './device-events.js';
export { Emitter } from './emitter.js';
