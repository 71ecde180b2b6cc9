/**
 * What a submission entry asks for. Bit `n` of the algorithm bitmap says that opcode `n` is offered.
 *
 * | opcode | source | auxiliary | parameter | destination |
 * |---|---|---|---|---|
 * | DEFLATE | plain bytes | none | level 1 .. 9, 0 for the default | zlib stream (RFC 1950) |
 * | INFLATE | zlib stream | none | 0 | plain bytes |
 * | SHA256 | bytes | none | 0 | digest, 32 bytes (FIPS 180-4) |
 * | AES_GCM_ENCRYPT | plain bytes | key, iv, associated data | bytes of the key | cipher text, tag |
 * | AES_GCM_DECRYPT | cipher text, tag | key, iv, associated data | bytes of the key | plain bytes |
 *
 * AES-GCM is the AEAD of RFC 5116, section 5: keys of 16, 24 or 32 bytes, an iv of 12 bytes, and a tag of
 * 16 bytes behind the cipher text.
 */
export const Opcode = {
  DEFLATE: 1,
  INFLATE: 2,
  SHA256: 3,
  AES_GCM_ENCRYPT: 4,
  AES_GCM_DECRYPT: 5,
} as const;

/** Opcodes are below this: the bitmap has so many bits. */
export const OPCODE_LIMIT = 32;

/** Names by which an mdev type lists its algorithms and a library asks for them. */
export const algorithmOpcodes = {
  deflate: Opcode.DEFLATE,
  inflate: Opcode.INFLATE,
  sha256: Opcode.SHA256,
  'aes-gcm-encrypt': Opcode.AES_GCM_ENCRYPT,
  'aes-gcm-decrypt': Opcode.AES_GCM_DECRYPT,
} as const;

/** A name of {@link algorithmOpcodes}. */
export type AlgorithmName = keyof typeof algorithmOpcodes;

/** The bitmap of a set of opcodes, unsigned. */
export function algorithmBitmap(opcodes: Iterable<number>): number {
  let bitmap = 0;
  for (const opcode of opcodes) {
    bitmap |= 1 << opcode;
  }
  return bitmap >>> 0;
}

/** Whether a bitmap offers an opcode. */
export function offers(bitmap: number, opcode: number): boolean {
  return opcode < OPCODE_LIMIT && ((bitmap >>> opcode) & 1) !== 0;
}

/** Bytes of a SHA-256 digest. */
export const SHA256_BYTES = 32;
/** Bytes of an AES-GCM initialisation vector. */
export const AES_GCM_IV_BYTES = 12;
/** Bytes of an AES-GCM authentication tag. */
export const AES_GCM_TAG_BYTES = 16;
/** Bytes that an AES key may have. */
export const AES_KEY_BYTES: readonly number[] = [16, 24, 32];

/** No result of DEFLATE for so many bytes is longer (zlib, compressBound). */
export function deflateBound(length: number): number {
  return length + (length >>> 12) + (length >>> 14) + (length >>> 25) + 13;
}
