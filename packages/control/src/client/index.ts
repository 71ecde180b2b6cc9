export { ClientDescriptors } from './client-descriptors.js';
export { connectControl } from './connect-control.js';
export { openTransport } from './open-transport.js';
export type { ConnectControlOptions } from './options.js';
export { SocketDescriptor } from './socket-descriptor.js';
export { SocketTransport } from './socket-transport.js';
