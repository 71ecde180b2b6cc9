export * from './abi/index.js';
export * from './driver/index.js';
export { verbsReasons } from './errors.js';
