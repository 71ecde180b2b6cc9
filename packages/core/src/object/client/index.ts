export type { Control } from './control.js';
export { ControlClient } from './control-client.js';
export { LocalDescriptor } from './local-descriptor.js';
export { LocalTransport } from './local-transport.js';
export type { ControlMessage, ControlTransport } from './transport.js';
