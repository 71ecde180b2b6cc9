import 'reflect-metadata';
import { KeyUsageFlags } from '@peculiar/x509';
import { failure } from '../../../errors/index.js';
import type { Certificate } from './certificate.js';

/** Extended key usages of SPDM: what a leaf is for, if it says so. */
const RESPONDER_AUTH = '1.3.6.1.4.1.412.274.3';
const REQUESTER_AUTH = '1.3.6.1.4.1.412.274.4';

/** Hashes with which nobody signs any more. Source: RFC 9155, section 2. */
const BROKEN_HASHES: readonly string[] = ['MD2', 'MD4', 'MD5', 'SHA-1'];

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
 * Source: RFC 5280, section 6.1.4 (k) to (n).
 */
export function checkIssuer(certificate: Certificate, at: number, followers: number): void {
  if (!certificate.isCa) {
    throw failure('doe.spdm-not-a-ca', { at });
  }
  if (certificate.keyUsage !== undefined && !has(certificate.keyUsage, KeyUsageFlags.keyCertSign)) {
    throw failure('doe.spdm-key-usage', { at, needs: 'keyCertSign' });
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
  const hash = certificate.signatureHash?.toUpperCase();
  if (hash !== undefined && BROKEN_HASHES.includes(hash)) {
    throw failure('doe.spdm-weak-signature', { at, hash });
  }
  if (!certificate.x509.checkIssued(issuer.x509)) {
    throw failure('doe.spdm-chain-issuer', { at });
  }
  if (!certificate.x509.verify(issuer.publicKey)) {
    throw failure('doe.spdm-chain-signature', { at });
  }
}

function has(usages: number, flag: number): boolean {
  return (usages & flag) !== 0;
}
