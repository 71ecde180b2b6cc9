import type { KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from '../algorithms/signatures.js';

/** Whether a key, private or public, is one of the scheme: its curve, or its modulus. */
export function keyFits(key: KeyObject, scheme: SignatureAlgorithm): boolean {
  const details = key.asymmetricKeyDetails;
  return scheme.kind === 'ecdsa'
    ? key.asymmetricKeyType === 'ec' && details?.namedCurve === scheme.curve
    : key.asymmetricKeyType === 'rsa' && details?.modulusLength === scheme.modulusBits;
}
