/**
 * Bits of the algorithms that both sides agree on.
 *
 * Source: DSP0274 1.3, NEGOTIATE_ALGORITHMS request and ALGORITHMS response messages.
 */

/** Measurement specification: DMTF. */
export const SPDM_MEAS_SPEC_DMTF = 0x01;

/**
 * Other parameters, from version 1.2 on: the format of opaque data, a vendor's own or the general
 * one. From version 1.3 on: whether a slot has a key of its own.
 */
export const SPDM_OPAQUE_FORMAT_0 = 0x01;
export const SPDM_OPAQUE_FORMAT_1 = 0x02;
export const SPDM_OPAQUE_FORMAT_MASK = 0x0f;
export const SPDM_MULTI_KEY_CONN = 0x10;

/** Signatures. */
export const SPDM_ASYM_RSASSA_2048 = 0x00000001;
export const SPDM_ASYM_RSAPSS_2048 = 0x00000002;
export const SPDM_ASYM_RSASSA_3072 = 0x00000004;
export const SPDM_ASYM_RSAPSS_3072 = 0x00000008;
export const SPDM_ASYM_ECDSA_P256 = 0x00000010;
export const SPDM_ASYM_RSASSA_4096 = 0x00000020;
export const SPDM_ASYM_RSAPSS_4096 = 0x00000040;
export const SPDM_ASYM_ECDSA_P384 = 0x00000080;
export const SPDM_ASYM_ECDSA_P521 = 0x00000100;
export const SPDM_ASYM_SM2_P256 = 0x00000200;
export const SPDM_ASYM_ED25519 = 0x00000400;
export const SPDM_ASYM_ED448 = 0x00000800;

/** Hashes. */
export const SPDM_HASH_SHA_256 = 0x00000001;
export const SPDM_HASH_SHA_384 = 0x00000002;
export const SPDM_HASH_SHA_512 = 0x00000004;
export const SPDM_HASH_SHA3_256 = 0x00000008;
export const SPDM_HASH_SHA3_384 = 0x00000010;
export const SPDM_HASH_SHA3_512 = 0x00000020;

/** Hashes of measurements. */
export const SPDM_MEAS_HASH_RAW_ONLY = 0x00000001;
export const SPDM_MEAS_HASH_SHA_256 = 0x00000002;
export const SPDM_MEAS_HASH_SHA_384 = 0x00000004;
export const SPDM_MEAS_HASH_SHA_512 = 0x00000008;

/** Types of the algorithm structures, from version 1.1 on. */
export const SPDM_ALG_TYPE_DHE = 2;
export const SPDM_ALG_TYPE_AEAD = 3;
export const SPDM_ALG_TYPE_REQ_BASE_ASYM = 4;
export const SPDM_ALG_TYPE_KEY_SCHEDULE = 5;

/** Groups of the key exchange. */
export const SPDM_DHE_FFDHE_2048 = 0x0001;
export const SPDM_DHE_FFDHE_3072 = 0x0002;
export const SPDM_DHE_FFDHE_4096 = 0x0004;
export const SPDM_DHE_SECP256R1 = 0x0008;
export const SPDM_DHE_SECP384R1 = 0x0010;
export const SPDM_DHE_SECP521R1 = 0x0020;

/** Ciphers of sessions. */
export const SPDM_AEAD_AES_128_GCM = 0x0001;
export const SPDM_AEAD_AES_256_GCM = 0x0002;
export const SPDM_AEAD_CHACHA20_POLY1305 = 0x0004;

/** The only key schedule. */
export const SPDM_KEY_SCHEDULE_SPDM = 0x0001;

/** The most bytes of NEGOTIATE_ALGORITHMS, and the most extended algorithms in it: version 1.0, later. */
export const SPDM_NEGOTIATE_MAX_LENGTH_10 = 64;
export const SPDM_NEGOTIATE_MAX_LENGTH = 128;
export const SPDM_NEGOTIATE_MAX_EXT_10 = 8;
export const SPDM_NEGOTIATE_MAX_EXT = 20;
