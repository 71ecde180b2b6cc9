import { constants, sign, verify, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { SPDM_VERSION_12 } from '@mdevkit/uapi';
import type { SignatureAlgorithm } from '../algorithms/signatures.js';
import { ByteWriter } from '../bytes/writer.js';
import type { NegotiatedContext, SpdmVersion } from '../context.js';
import { keyFits } from './key-fits.js';
import { hashOf } from './transcript.js';

/** What a signature of the responder is for. */
export type SignatureUse = 'challenge_auth' | 'measurements' | 'key_exchange_rsp';

/** Bytes before the hash that is signed, from version 1.2 on. */
const PREFIX_SIZE = 100;

/**
 * Signs a transcript.
 *
 * Source: DSP0274 1.2, section Signature generation: from version 1.2 on what is signed is a prefix
 * that names the use, and the hash of the transcript.
 *
 * @throws RangeError if the key is not one of the negotiated scheme
 */
export function signTranscript(
  key: KeyObject,
  use: SignatureUse,
  context: NegotiatedContext,
  transcript: Uint8Array,
): Uint8Array {
  const { signature: scheme, hash } = context.algorithms;
  if (!keyFits(key, scheme)) throw new RangeError('the key is not one of the negotiated scheme');
  const message = signedMessage(use, context, transcript);
  return new Uint8Array(sign(hash.name, message, keyInput(key, scheme)));
}

/** False as well for a signature of another size, and for a key that is not one of the scheme. */
export function verifyTranscript(
  key: KeyObject,
  use: SignatureUse,
  context: NegotiatedContext,
  transcript: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { signature: scheme, hash } = context.algorithms;
  if (signature.length !== scheme.size || !keyFits(key, scheme)) return false;
  const message = signedMessage(use, context, transcript);
  return verify(hash.name, message, keyInput(key, scheme), signature);
}

/** What the primitive is given, which hashes it itself. */
export function signedMessage(
  use: SignatureUse,
  { version, algorithms }: NegotiatedContext,
  transcript: Uint8Array,
): Uint8Array {
  if (version < SPDM_VERSION_12) return transcript;
  const digest = hashOf(algorithms.hash, transcript);
  return new ByteWriter().bytes(prefix(version, use)).bytes(digest).finish();
}

function prefix(version: SpdmVersion, use: SignatureUse): Uint8Array {
  const versions = Buffer.from(`dmtf-spdm-v1.${version & 0xf}.*`.repeat(4), 'ascii');
  const purpose = Buffer.from(`responder-${use} signing`, 'ascii');
  const zeros = PREFIX_SIZE - versions.length - purpose.length;
  return new ByteWriter().bytes(versions).zeros(zeros).bytes(purpose).finish();
}

function keyInput(key: KeyObject, { kind }: SignatureAlgorithm): SignKeyObjectInput {
  switch (kind) {
    case 'ecdsa':
      return { key, dsaEncoding: 'ieee-p1363' };
    case 'rsa-ssa':
      return { key, padding: constants.RSA_PKCS1_PADDING };
    case 'rsa-pss':
      return {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      };
  }
}
