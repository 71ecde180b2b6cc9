export { DmaMaps, type DirtyReport, type DmaMapsOptions } from './dma-maps.js';
export type { MapRequest } from './map-request.js';
export type { MessageDma } from './message-dma.js';
export { MessageMemory, type MessageMemoryOptions } from './message-memory.js';
