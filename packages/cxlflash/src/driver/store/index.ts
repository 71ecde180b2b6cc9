export { checkShape, type BackingStore } from './backing-store.js';
export { MemoryStore } from './memory-store.js';
export { SparseFileStore, type SparseFileOptions } from './sparse-file-store.js';
