export { allocateFrom, type AllocateMemory, type SharedAllocation } from './allocation.js';
export { asMemory, BufferMemory } from './buffer-memory.js';
export { liveLength } from './live-length.js';
export type { FilePlace, MemoryObject } from './memory-object.js';
