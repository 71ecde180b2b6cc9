export * from './bench/index.js';
export * from './guest/index.js';
export * from './initramfs/index.js';
export * from './lab/index.js';
export * from './qemu/index.js';
export * from './qtest/index.js';
export * from './support/index.js';
