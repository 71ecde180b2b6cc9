import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsagesExtension,
  X509Certificate as X509Fields,
} from '@peculiar/x509';
import { X509Certificate, type KeyObject } from 'node:crypto';
import { failure } from '../../../errors/index.js';

/** What is printed of a certificate. */
export interface CertificateSummary {
  /** Names as one line each. */
  readonly subject: string;
  readonly issuer: string;
  /** Upper-case hexadecimal digits. */
  readonly serial: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256 of the DER, pairs of hexadecimal digits with colons. */
  readonly fingerprint256: string;
}

/** A certificate that could be read; nothing of it has been checked. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly isCa: boolean;
  /** How many authorities may follow, if that is bounded. */
  readonly pathLength: number | undefined;
  /** Bits as `KeyUsageFlags` of @peculiar/x509 has them; undefined without the extension. */
  readonly keyUsage: number | undefined;
  /** Object identifiers; undefined without the extension. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** Object identifiers of extensions that count and that nobody here understands. */
  readonly unknownCritical: readonly string[];
  /** Value of the Subject Alternative Name extension. */
  readonly alternativeName: Uint8Array | undefined;
  /** How it was signed: `ECDSA SHA-256`, `Ed25519`, …; an object identifier where it is not known how. */
  readonly signature: string;
}

/** Of a signature algorithm, as @peculiar/x509 reads it. */
interface SignatureFields {
  readonly name: string;
  readonly hash?: { readonly name: string };
  readonly namedCurve?: string;
}

/** Extensions whose rules are followed, or that only say which key is whose. */
const UNDERSTOOD: readonly string[] = [
  '2.5.29.14', // subjectKeyIdentifier
  '2.5.29.15', // keyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.19', // basicConstraints
  '2.5.29.35', // authorityKeyIdentifier
  '2.5.29.37', // extKeyUsage
];

const ALTERNATIVE_NAME = '2.5.29.17';

/** Restricts what an authority may issue, also where it is not critical as it has to be (RFC 5280, section 4.2.1.10). */
const NAME_CONSTRAINTS = '2.5.29.30';

/**
 * Reads a certificate of exactly these bytes.
 *
 * @throws MdevError EBADMSG `doe.spdm-certificate`
 */
export function readCertificate(der: Uint8Array): Certificate {
  try {
    const x509 = new X509Certificate(der);
    // Also a text inside of the bytes would be taken for a certificate, and another one than the fields are of.
    if (!x509.raw.equals(der)) {
      throw new Error('the certificate is not the bytes that were given');
    }
    const fields = new X509Fields(Uint8Array.from(der));
    const basic = fields.getExtension(BasicConstraintsExtension);
    const alternativeName = fields.getExtension(ALTERNATIVE_NAME);
    return {
      der,
      x509,
      publicKey: x509.publicKey,
      notBefore: fields.notBefore,
      notAfter: fields.notAfter,
      isCa: basic?.ca === true,
      pathLength: basic?.pathLength,
      keyUsage: fields.getExtension(KeyUsagesExtension)?.usages,
      extendedKeyUsage: fields.getExtension(ExtendedKeyUsageExtension)?.usages.map(String),
      unknownCritical: fields.extensions
        .filter(({ critical, type }) => critical || type === NAME_CONSTRAINTS)
        .filter(({ type }) => !UNDERSTOOD.includes(type))
        .map(({ type }) => type),
      alternativeName: alternativeName?.value && new Uint8Array(alternativeName.value),
      signature: signatureOf(fields.signatureAlgorithm),
    };
  } catch (error) {
    throw failure('doe.spdm-certificate', { length: der.length }, error);
  }
}

/** What is printed of it. */
export function summarize({ x509, notBefore, notAfter }: Certificate): CertificateSummary {
  return {
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    serial: x509.serialNumber,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    fingerprint256: x509.fingerprint256,
  };
}

/** Of ECDSA and RSA with its hash, of EdDSA with its curve. */
function signatureOf(algorithm: object): string {
  const { name, hash, namedCurve } = algorithm as SignatureFields;
  return [name, hash?.name ?? namedCurve].filter((part) => part !== undefined).join(' ');
}

/** A name has a line for each part; what a device says must not look like several lines of a report. */
function oneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}
