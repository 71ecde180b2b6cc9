export {
  hashAlgorithms,
  measurementHashes,
  type HashAlgorithm,
  type MeasurementHash,
} from './hashes.js';
export { algorithmsMessage, algorithmsOf, structBits, type Algorithms } from './negotiated.js';
export { aeadAlgorithms, dheGroups, type AeadAlgorithm, type DheGroup } from './sessions.js';
export {
  signatureAlgorithms,
  type EcdsaAlgorithm,
  type RsaAlgorithm,
  type SignatureAlgorithm,
} from './signatures.js';
