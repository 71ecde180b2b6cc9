export * from './abi/index.js';
export * from './driver/index.js';
export { cxlflashReasons, type AnyCxlflashReason } from './reasons.js';
export * from './library/index.js';
