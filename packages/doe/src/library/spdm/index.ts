export type { NegotiatedContext } from '../../abi/spdm/index.js';
export {
  attest,
  type Attestation,
  type AttestationPolicy,
  type AttestedSession,
  type BytesOrHex,
  type ExpectedMeasurement,
  type MeasurementReport,
} from './attest/index.js';
export {
  type Certificate as SpdmCertificate,
  type CertificateSummary,
  type TrustedRoot,
} from './chain/index.js';
export {
  DEFAULT_SPDM_LIMITS,
  type AeadName,
  type AlgorithmNames,
  type AlgorithmPreferences,
  type DheName,
  type HashName,
  type PatienceScope,
  type SignatureName,
  type SpdmLimits,
} from './connection/index.js';
export {
  SeenNonces,
  type ChallengeAnswer,
  type DeviceIdentity,
  type MeasurementAnswer,
  type MeasurementWishes,
  type SlotDigests,
} from './evidence/index.js';
export type { SpdmCallOptions, SpdmOptions } from './options.js';
export { SpdmRequester, type IdentityPolicy, type SummaryScope } from './requester.js';
export { SpdmSession, type KeyUpdateScope } from './session/index.js';
