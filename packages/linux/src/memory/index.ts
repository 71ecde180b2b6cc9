export { FileMemory } from './file-memory.js';
export { memoryFrom } from './memory-from.js';
export type { CreateOptions, DescriptorOptions } from './options.js';
export { SharedMemory } from './shared-memory.js';
