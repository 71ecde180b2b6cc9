export * from './opcode.js';
export * from './status.js';
