import {
  createCipheriv,
  createDecipheriv,
  type CipherChaCha20Poly1305,
  type CipherGCM,
  type DecipherChaCha20Poly1305,
  type DecipherGCM,
} from 'node:crypto';
import { failure } from '../../../errors/index.js';
import type { Algorithms } from '../algorithms/negotiated.js';
import type { AeadAlgorithm } from '../algorithms/sessions.js';
import { ByteReader, malformed } from '../bytes/reader.js';
import { ByteWriter, concatBytes } from '../bytes/writer.js';
import type { DirectionKeys } from '../crypto/key-schedule.js';

/** Session id and length of the rest: not encrypted, but authenticated. */
const HEADER_SIZE = 6;
const MESSAGE_LENGTH_SIZE = 2;
const SEQUENCE_END = 1n << 64n;

/**
 * Seals a message: encrypted and authenticated, for a secured data object. Without a sequence
 * number in it, as the mailbox delivers in order.
 *
 * Source: DSP0277 1.1, section Secured Message format; PCI Express Base Specification 6.0, section 6.31.4.
 *
 * @param sequence of the record in its direction: 0 for the first, below 2^64
 * @throws RangeError if the message is too long, or no cipher was negotiated
 */
export function sealRecord(
  keys: DirectionKeys,
  algorithms: Algorithms,
  sequence: number | bigint,
  sessionId: number,
  message: Uint8Array,
): Uint8Array {
  const aead = aeadOf(algorithms);
  const plain = new ByteWriter().u16(message.length).bytes(message).finish();
  const header = new ByteWriter()
    .u32(sessionId)
    .u16(plain.length + aead.tagSize)
    .finish();
  const cipher = cipherOf(aead, keys.key, nonceOf(keys.iv, sequence));
  cipher.setAAD(header, { plaintextLength: plain.length });
  const sealed = concatBytes([cipher.update(plain), cipher.final()]);
  return concatBytes([header, sealed, cipher.getAuthTag()]);
}

/**
 * Opens a record; at most three bytes, all zero, may stand behind it.
 *
 * @throws MdevError doe.spdm-record: it is not of the session, or was not sealed with these keys and
 * this sequence number, or was changed. MdevError doe.spdm-malformed: it does not have the layout.
 * RangeError if no cipher was negotiated
 */
export function openRecord(
  keys: DirectionKeys,
  algorithms: Algorithms,
  sequence: number | bigint,
  sessionId: number,
  record: Uint8Array,
): Uint8Array {
  const aead = aeadOf(algorithms);
  const reader = new ByteReader(record);
  const found = reader.u32();
  const length = reader.u16();
  if (length < MESSAGE_LENGTH_SIZE + aead.tagSize) throw malformed('length of a record');
  const sealed = reader.bytes(length - aead.tagSize);
  const tag = reader.bytes(aead.tagSize);
  reader.end();
  if (found !== sessionId) throw failure('doe.spdm-record', { sessionId, found });
  const header = record.subarray(0, HEADER_SIZE);
  const plain = decrypt(aead, keys, nonceOf(keys.iv, sequence), { header, sealed, tag });
  const inner = new ByteReader(plain);
  return inner.bytes(inner.u16());
}

/** Whose record it is. @throws MdevError doe.spdm-malformed: fewer than four bytes */
export function readSessionId(record: Uint8Array): number {
  return new ByteReader(record).u32();
}

interface Sealed {
  readonly header: Uint8Array;
  readonly sealed: Uint8Array;
  readonly tag: Uint8Array;
}

function decrypt(
  aead: AeadAlgorithm,
  { key }: DirectionKeys,
  nonce: Uint8Array,
  { header, sealed, tag }: Sealed,
): Uint8Array {
  const decipher = decipherOf(aead, key, nonce);
  decipher.setAAD(header, { plaintextLength: sealed.length });
  decipher.setAuthTag(tag);
  try {
    return concatBytes([decipher.update(sealed), decipher.final()]);
  } catch (cause) {
    throw failure('doe.spdm-record', {}, cause);
  }
}

/** The sequence number, 64 bits little-endian, over the first bytes of the IV (DSP0277 1.1, section Per-message nonce derivation). */
function nonceOf(iv: Uint8Array, sequence: number | bigint): Uint8Array {
  if (sequence < 0 || sequence >= SEQUENCE_END) {
    throw new RangeError(`no record has sequence number ${String(sequence)}`);
  }
  const nonce = iv.slice();
  const view = new DataView(nonce.buffer, nonce.byteOffset, nonce.byteLength);
  view.setBigUint64(0, view.getBigUint64(0, true) ^ BigInt(sequence), true);
  return nonce;
}

function aeadOf({ aead }: Algorithms): AeadAlgorithm {
  if (!aead) throw new RangeError('no cipher was negotiated');
  return aead;
}

/** Two overloads of node:crypto, whose arguments are the same. */
function cipherOf(
  { cipher, tagSize }: AeadAlgorithm,
  key: Uint8Array,
  nonce: Uint8Array,
): CipherGCM | CipherChaCha20Poly1305 {
  const options = { authTagLength: tagSize };
  return cipher === 'chacha20-poly1305'
    ? createCipheriv(cipher, key, nonce, options)
    : createCipheriv(cipher, key, nonce, options);
}

function decipherOf(
  { cipher, tagSize }: AeadAlgorithm,
  key: Uint8Array,
  nonce: Uint8Array,
): DecipherGCM | DecipherChaCha20Poly1305 {
  const options = { authTagLength: tagSize };
  return cipher === 'chacha20-poly1305'
    ? createDecipheriv(cipher, key, nonce, options)
    : createDecipheriv(cipher, key, nonce, options);
}
