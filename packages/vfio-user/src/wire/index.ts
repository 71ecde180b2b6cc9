export * from './access.js';
export { HEADER_SIZE } from './header.js';
export { Incoming, type IncomingOptions, type Malformed } from './incoming.js';
export { Outgoing, type OutgoingOptions } from './outgoing.js';
export { closeAll } from './descriptor-batches.js';
export type { Lease } from './lease.js';
export type { SendFailure } from './sender.js';
