import {
  SPDM_HASH_SHA_256,
  SPDM_HASH_SHA_384,
  SPDM_HASH_SHA_512,
  SPDM_MEAS_HASH_RAW_ONLY,
  SPDM_MEAS_HASH_SHA_256,
  SPDM_MEAS_HASH_SHA_384,
  SPDM_MEAS_HASH_SHA_512,
} from '@mdevkit/uapi';

/** A hash of node:crypto, and its bit in BaseHashAlgo. */
export interface HashAlgorithm {
  readonly bit: number;
  readonly name: 'sha256' | 'sha384' | 'sha512';
  /** Bytes. */
  readonly size: number;
}

/** How a measurement's value is made, and its bit in MeasurementHashAlgo. */
export interface MeasurementHash {
  readonly bit: number;
  /** 'raw': values are never hashes. */
  readonly hash: HashAlgorithm | 'raw';
}

const sha256: HashAlgorithm = { bit: SPDM_HASH_SHA_256, name: 'sha256', size: 32 };
const sha384: HashAlgorithm = { bit: SPDM_HASH_SHA_384, name: 'sha384', size: 48 };
const sha512: HashAlgorithm = { bit: SPDM_HASH_SHA_512, name: 'sha512', size: 64 };

/** Source: DSP0274 1.2, NEGOTIATE_ALGORITHMS, BaseHashAlgo. */
export const hashAlgorithms: readonly HashAlgorithm[] = [sha256, sha384, sha512];

/** Source: DSP0274 1.2, ALGORITHMS, MeasurementHashAlgo. */
export const measurementHashes: readonly MeasurementHash[] = [
  { bit: SPDM_MEAS_HASH_RAW_ONLY, hash: 'raw' },
  { bit: SPDM_MEAS_HASH_SHA_256, hash: sha256 },
  { bit: SPDM_MEAS_HASH_SHA_384, hash: sha384 },
  { bit: SPDM_MEAS_HASH_SHA_512, hash: sha512 },
];
