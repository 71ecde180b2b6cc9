export {
  decodeSelectedVersion,
  decodeSupportedVersions,
  encodeSelectedVersion,
  encodeSupportedVersions,
} from './opaque.js';
export { openRecord, readSessionId, sealRecord } from './record.js';
