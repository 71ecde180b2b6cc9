import type { CertificateSummary } from '../chain/index.js';
import type { AlgorithmNames } from '../connection/index.js';
import type { SpdmOptions } from '../options.js';
import type { IdentityPolicy } from '../requester.js';
import type { ExpectedMeasurement, MeasurementReport } from './reference.js';

/** What a device has to be. */
export interface AttestationPolicy
  extends IdentityPolicy, Omit<SpdmOptions, 'sessions' | 'totalOf'> {
  /** By index, 1 .. 254. An index that the device does not have refuses it. */
  readonly measurements: Readonly<Record<number, ExpectedMeasurement>>;
  /** Whether the device may have other measurements too; false by default. */
  readonly allowUnlisted?: boolean;
  /** Of the certificate chain, 0 .. 7; 0 by default. */
  readonly slot?: number;
  /** Whether a session has to be possible, in which the measurements are asked for once more. */
  readonly session?: boolean;
}

/** What an attestation has found out; also what a refused device has said until it was refused. Plain data. */
export interface Attestation {
  readonly verdict: 'trusted' | 'refused';
  /** Why it was refused, stable: `doe.spdm-untrusted`, `doe.spdm-measurement`, …. */
  readonly reason?: string;
  /** The same for people. */
  readonly detail?: string;
  /** For example `1.2`; undefined if none was agreed on. */
  readonly version?: string;
  readonly algorithms?: AlgorithmNames;
  /** From the certificate nearest to the root to the leaf. */
  readonly chain: readonly CertificateSummary[];
  readonly measurements: readonly MeasurementReport[];
  /** There if the policy asks for one, and it was possible. */
  readonly session?: AttestedSession;
}

/** The session of an attestation, which has ended. */
export interface AttestedSession {
  /** 32 bits. */
  readonly id: number;
  /** Seconds; 0: the device needs none. */
  readonly heartbeatSeconds: number;
}
