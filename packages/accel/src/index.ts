export * from './abi/index.js';
export * from './driver/index.js';
export * from './library/index.js';
export { accelReasons, type AccelReason } from './errors.js';
