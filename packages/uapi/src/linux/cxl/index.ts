export * from './api-version.js';
export * from './ioctl.js';
export * from './start-work.js';
export * from './afu-id.js';
export * from './adapter-image.js';
export * from './event.js';
