import type { webcrypto } from 'node:crypto';

/** Keys that an SPDM responder signs with: the NIST curves, and RSA by its modulus. */
export type KeyKind = 'p256' | 'p384' | 'rsa2048' | 'rsa3072' | 'rsa4096';

/** What the Web Cryptography API has to be told to make a key, and to sign a certificate with it. */
export interface KeyRecipe {
  readonly generate: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams;
  readonly sign: webcrypto.Algorithm & { readonly hash: string };
}

/** 65537. */
const RSA_EXPONENT = new Uint8Array([1, 0, 1]);

const recipes: Readonly<Record<KeyKind, KeyRecipe>> = {
  p256: ecdsa('P-256', 'SHA-256'),
  p384: ecdsa('P-384', 'SHA-384'),
  rsa2048: rsa(2048, 'SHA-256'),
  rsa3072: rsa(3072, 'SHA-384'),
  rsa4096: rsa(4096, 'SHA-384'),
};

/**
 * The recipe of a kind of key. A hash is as strong as its key.
 *
 * Source: FIPS 186-5; RFC 8017 (RSASSA-PKCS1-v1_5).
 */
export function keyRecipe(kind: KeyKind): KeyRecipe {
  return recipes[kind];
}

function ecdsa(namedCurve: string, hash: string): KeyRecipe {
  return { generate: { name: 'ECDSA', namedCurve }, sign: { name: 'ECDSA', hash } };
}

function rsa(modulusLength: number, hash: string): KeyRecipe {
  const name = 'RSASSA-PKCS1-v1_5';
  return {
    generate: { name, modulusLength, publicExponent: RSA_EXPONENT, hash },
    sign: { name, hash },
  };
}
