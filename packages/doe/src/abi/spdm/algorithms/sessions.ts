import {
  SPDM_AEAD_AES_128_GCM,
  SPDM_AEAD_AES_256_GCM,
  SPDM_AEAD_CHACHA20_POLY1305,
  SPDM_DHE_SECP256R1,
  SPDM_DHE_SECP384R1,
} from '@mdevkit/uapi';

/** A group of the key exchange, and its bit in the DHE structure. */
export interface DheGroup {
  readonly bit: number;
  readonly curve: 'prime256v1' | 'secp384r1';
  /** Of X and Y together, bytes. */
  readonly size: number;
}

/** A cipher of sessions, and its bit in the AEAD structure. */
export interface AeadAlgorithm {
  readonly bit: number;
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  /** Bytes, as the other two. */
  readonly keySize: number;
  readonly ivSize: 12;
  readonly tagSize: 16;
}

/** Source: DSP0274 1.2, NEGOTIATE_ALGORITHMS, DHE structure. */
export const dheGroups: readonly DheGroup[] = [
  { bit: SPDM_DHE_SECP256R1, curve: 'prime256v1', size: 64 },
  { bit: SPDM_DHE_SECP384R1, curve: 'secp384r1', size: 96 },
];

/** Source: DSP0274 1.2, NEGOTIATE_ALGORITHMS, AEAD structure. */
export const aeadAlgorithms: readonly AeadAlgorithm[] = [
  { bit: SPDM_AEAD_AES_128_GCM, cipher: 'aes-128-gcm', keySize: 16, ivSize: 12, tagSize: 16 },
  { bit: SPDM_AEAD_AES_256_GCM, cipher: 'aes-256-gcm', keySize: 32, ivSize: 12, tagSize: 16 },
  {
    bit: SPDM_AEAD_CHACHA20_POLY1305,
    cipher: 'chacha20-poly1305',
    keySize: 32,
    ivSize: 12,
    tagSize: 16,
  },
];
