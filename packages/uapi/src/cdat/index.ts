export * from './memory.js';
export * from './performance.js';
export * from './table-access.js';
export * from './table.js';
