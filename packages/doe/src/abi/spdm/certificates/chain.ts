import { failure } from '../../../errors/index.js';
import type { HashAlgorithm } from '../algorithms/hashes.js';
import { ByteReader } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';
import { hashOf } from '../crypto/transcript.js';
import { splitDer } from './der.js';

/** What a slot holds. */
export interface CertChain {
  /** Of the DER of the root certificate, by the negotiated hash. */
  readonly rootHash: Uint8Array;
  /** DER each: the first is the root or signed by it, each signs the next, the last is the leaf. */
  readonly certs: readonly Uint8Array[];
}

/** The most bytes of a chain, as 16 bits can say. */
export const MOST_CHAIN = 0xffff;

/** The most certificates of a chain that are looked at. */
const MOST_CERTIFICATES = 32;
const LENGTH_SIZE = 4;

/**
 * A chain as CERTIFICATE carries it (DSP0274 1.2, section Certificates and certificate chains).
 *
 * @throws RangeError if it is longer than 65,535 bytes, or has no certificate
 */
export function encodeCertChain(
  rootDer: Uint8Array,
  certs: readonly Uint8Array[],
  hash: HashAlgorithm,
): Uint8Array {
  const size = certs.reduce((sum, cert) => sum + cert.length, LENGTH_SIZE + hash.size);
  if (size > MOST_CHAIN || certs.length === 0) {
    throw new RangeError(`no chain has ${certs.length} certificates and ${size} bytes`);
  }
  const writer = new ByteWriter().u16(size).u16(0);
  writer.bytes(hashOf(hash, rootDer));
  for (const cert of certs) writer.bytes(cert);
  return writer.finish();
}

/**
 * Takes a whole chain apart; who signed what is not looked at.
 *
 * @throws MdevError doe.spdm-chain: its length is not that of the bytes, or what it has are not certificates
 */
export function decodeCertChain(bytes: Uint8Array, hashSize: number): CertChain {
  if (bytes.length < LENGTH_SIZE + hashSize) {
    throw failure('doe.spdm-chain', { what: 'too short', bytes: bytes.length });
  }
  const reader = new ByteReader(bytes);
  const length = reader.u16();
  if (length !== bytes.length) {
    throw failure('doe.spdm-chain', { what: 'length', length, bytes: bytes.length });
  }
  reader.skip(2);
  const rootHash = reader.bytes(hashSize);
  const certs = splitDer(bytes.subarray(reader.offset), MOST_CERTIFICATES);
  if (certs.length === 0) throw failure('doe.spdm-chain', { what: 'no certificate' });
  return { rootHash, certs };
}
