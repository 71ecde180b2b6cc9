export * from './abi/index.js';
export * from './driver/index.js';
export { doeReasons, type DoeReason } from './errors/index.js';
export * from './library/index.js';
