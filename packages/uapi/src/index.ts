export * from './codec/index.js';
export * from './errno/index.js';
export * from './linux/vfio/index.js';
export * from './pci/index.js';
export * from './vfio-user/index.js';
