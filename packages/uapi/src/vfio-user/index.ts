export * from './command.js';
export * from './header.js';
export * from './version.js';
export * from './dma.js';
export * from './device.js';
export * from './region-access.js';
export * from './region-io-fds.js';
export * from './migration.js';
