export { getCertificateChain } from './certificates.js';
export { challenge, type ChallengeAnswer } from './challenge.js';
export { getDigests, type SlotDigests } from './digests.js';
export { checkSignature } from './freshness.js';
export { identify, type DeviceIdentity, type OnCertificates } from './identity.js';
export { getMeasurements, type MeasurementAnswer, type MeasurementWishes } from './measurements.js';
export { SeenNonces } from './seen-nonces.js';
