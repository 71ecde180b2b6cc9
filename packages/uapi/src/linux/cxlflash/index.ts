export * from './ioctl.js';
export * from './header.js';
export * from './context.js';
export * from './resource.js';
export * from './lun.js';
export * from './host.js';
