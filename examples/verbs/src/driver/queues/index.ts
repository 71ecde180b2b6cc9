export { AddressHandle } from './address-handle.js';
export { CompletionQueue, type CompletionInput } from './completion-queue.js';
export { ReceiveQueue, type ReceiveQueueOptions, type ReceiveRequest } from './receive-queue.js';
export { SharedReceiveQueue, type SharedQueueOptions } from './shared-receive-queue.js';
export { XrcDomain } from './xrc-domain.js';
