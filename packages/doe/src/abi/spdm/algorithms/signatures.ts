import {
  SPDM_ASYM_ECDSA_P256,
  SPDM_ASYM_ECDSA_P384,
  SPDM_ASYM_RSAPSS_2048,
  SPDM_ASYM_RSAPSS_3072,
  SPDM_ASYM_RSAPSS_4096,
  SPDM_ASYM_RSASSA_2048,
  SPDM_ASYM_RSASSA_3072,
  SPDM_ASYM_RSASSA_4096,
} from '@mdevkit/uapi';

/** A scheme of signatures, and its bit in BaseAsymAlgo. */
export type SignatureAlgorithm = EcdsaAlgorithm | RsaAlgorithm;

/** Signatures are r and s, one after the other, each as long as the field of the curve. */
export interface EcdsaAlgorithm {
  readonly bit: number;
  readonly kind: 'ecdsa';
  readonly curve: 'prime256v1' | 'secp384r1';
  readonly modulusBits?: undefined;
  /** Of a signature, bytes. */
  readonly size: number;
}

/** PKCS #1 v1.5, or PSS with a salt as long as the hash. */
export interface RsaAlgorithm {
  readonly bit: number;
  readonly kind: 'rsa-ssa' | 'rsa-pss';
  readonly modulusBits: 2048 | 3072 | 4096;
  readonly curve?: undefined;
  /** Of a signature, bytes. */
  readonly size: number;
}

/** Source: DSP0274 1.2, NEGOTIATE_ALGORITHMS, BaseAsymAlgo. */
export const signatureAlgorithms: readonly SignatureAlgorithm[] = [
  { bit: SPDM_ASYM_ECDSA_P256, kind: 'ecdsa', curve: 'prime256v1', size: 64 },
  { bit: SPDM_ASYM_ECDSA_P384, kind: 'ecdsa', curve: 'secp384r1', size: 96 },
  { bit: SPDM_ASYM_RSASSA_2048, kind: 'rsa-ssa', modulusBits: 2048, size: 256 },
  { bit: SPDM_ASYM_RSAPSS_2048, kind: 'rsa-pss', modulusBits: 2048, size: 256 },
  { bit: SPDM_ASYM_RSASSA_3072, kind: 'rsa-ssa', modulusBits: 3072, size: 384 },
  { bit: SPDM_ASYM_RSAPSS_3072, kind: 'rsa-pss', modulusBits: 3072, size: 384 },
  { bit: SPDM_ASYM_RSASSA_4096, kind: 'rsa-ssa', modulusBits: 4096, size: 512 },
  { bit: SPDM_ASYM_RSAPSS_4096, kind: 'rsa-pss', modulusBits: 4096, size: 512 },
];
