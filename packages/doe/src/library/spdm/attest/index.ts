export { attest } from './attest.js';
export type { Attestation, AttestationPolicy, AttestedSession } from './attestation.js';
export type { BytesOrHex, ExpectedMeasurement, MeasurementReport } from './reference.js';
