export * from './algorithm.js';
export * from './attestation.js';
export * from './capability.js';
export * from './code.js';
export * from './error.js';
export * from './session.js';
