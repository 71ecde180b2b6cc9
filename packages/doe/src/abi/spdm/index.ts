export * from './algorithms/index.js';
export * from './certificates/index.js';
export * from './crypto/index.js';
export * from './measurements/index.js';
export * from './messages/index.js';
export * from './secured/index.js';
export { sameBytes } from './bytes/same-bytes.js';
export { wipeBytes } from './bytes/wipe.js';
export { concatBytes } from './bytes/writer.js';
export {
  isSpdmVersion,
  spdmVersions,
  type NegotiatedContext,
  type SpdmContext,
  type SpdmVersion,
} from './context.js';
