export * from './abi/index.js';
export * from './driver/index.js';
export { cxlflashReasons, type CxlflashReason } from './errors/index.js';
export * from './library/index.js';
