import 'reflect-metadata';
import { KeyUsageFlags } from '@peculiar/x509';
import type { KeyObject } from 'node:crypto';
import { failure } from '../../../errors/index.js';
import type { Certificate } from './certificate.js';

/** Extended key usages of SPDM: what a leaf is for, if it says so. */
const RESPONDER_AUTH = '1.3.6.1.4.1.412.274.3';
const REQUESTER_AUTH = '1.3.6.1.4.1.412.274.4';

/** Signatures that are believed, and no others: FIPS 186-5 with the hashes of SHA-2 that SPDM knows. */
const SIGNATURES: readonly string[] = [
  ...['ECDSA', 'RSASSA-PKCS1-v1_5', 'RSA-PSS'].flatMap((name) =>
    ['SHA-256', 'SHA-384', 'SHA-512'].map((hash) => `${name} ${hash}`),
  ),
  'Ed25519',
  'EdDSA Ed448',
];

/** P-256, P-384 and P-521. */
const CURVES: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Bits. Source: NIST SP 800-131A revision 2, section 3. */
const LEAST_MODULUS = 2048;

/** What holds for every certificate, the root included. `at` is its place in the chain, -1 for a root before it. */
export function checkCertificate(certificate: Certificate, at: number, now: Date): void {
  if (now < certificate.notBefore) {
    throw failure('doe.spdm-not-yet-valid', { at, from: certificate.notBefore.toISOString() });
  }
  if (now > certificate.notAfter) {
    throw failure('doe.spdm-expired', { at, until: certificate.notAfter.toISOString() });
  }
  const [unknown] = certificate.unknownCritical;
  if (unknown !== undefined) {
    throw failure('doe.spdm-critical-extension', { at, oid: unknown });
  }
}

/**
 * What holds for a certificate that issued others, `followers` authorities of which come before the leaf.
 *
 * Source: RFC 5280, section 6.1.4 (k) to (n); NIST SP 800-131A revision 2, section 3.
 */
export function checkIssuer(certificate: Certificate, at: number, followers: number): void {
  if (!certificate.isCa) {
    throw failure('doe.spdm-not-a-ca', { at });
  }
  if (certificate.keyUsage !== undefined && !has(certificate.keyUsage, KeyUsageFlags.keyCertSign)) {
    throw failure('doe.spdm-key-usage', { at, needs: 'keyCertSign' });
  }
  if (!isStrong(certificate.publicKey)) {
    throw failure('doe.spdm-weak-key', { at, ...describe(certificate.publicKey) });
  }
  if (certificate.pathLength !== undefined && followers > certificate.pathLength) {
    throw failure('doe.spdm-path-length', { at, allowed: certificate.pathLength, followers });
  }
}

/**
 * What holds for a leaf whose key signs answers.
 *
 * Source: DSP0274 1.3, section Leaf certificate (key usage, extended key usage).
 */
export function checkLeaf(certificate: Certificate, at: number): void {
  const { keyUsage, extendedKeyUsage } = certificate;
  if (keyUsage === undefined || !has(keyUsage, KeyUsageFlags.digitalSignature)) {
    throw failure('doe.spdm-key-usage', { at, needs: 'digitalSignature' });
  }
  if (has(keyUsage, KeyUsageFlags.keyCertSign)) {
    throw failure('doe.spdm-key-usage', { at, forbidden: 'keyCertSign' });
  }
  if (
    extendedKeyUsage?.includes(REQUESTER_AUTH) === true &&
    !extendedKeyUsage.includes(RESPONDER_AUTH)
  ) {
    throw failure('doe.spdm-key-usage', { at, needs: 'responder authentication' });
  }
}

/** `certificate` was issued by `issuer`: names, and the signature. */
export function checkLink(certificate: Certificate, issuer: Certificate, at: number): void {
  const { signature } = certificate;
  if (!SIGNATURES.includes(signature)) {
    throw failure('doe.spdm-weak-signature', { at, signature });
  }
  if (!certificate.x509.checkIssued(issuer.x509)) {
    throw failure('doe.spdm-chain-issuer', { at });
  }
  if (!certificate.x509.verify(issuer.publicKey)) {
    throw failure('doe.spdm-chain-signature', { at });
  }
}

/** Whether what the key has signed can be believed. The key of a leaf is of the negotiated algorithm besides. */
function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  switch (asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_MODULUS;
    case 'ec':
      return CURVES.includes(asymmetricKeyDetails?.namedCurve);
    default:
      return asymmetricKeyType === 'ed25519' || asymmetricKeyType === 'ed448';
  }
}

function describe({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Record<string, unknown> {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  return { key: asymmetricKeyType, what: modulusLength ?? namedCurve };
}

function has(usages: number, flag: number): boolean {
  return (usages & flag) !== 0;
}
