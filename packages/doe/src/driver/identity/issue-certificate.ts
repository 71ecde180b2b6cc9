import 'reflect-metadata';
import { webcrypto, KeyObject } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';
import { keyRecipe, type KeyKind } from './key-kind.js';

/** From when until when a certificate holds. */
export interface Validity {
  readonly from: Date;
  readonly until: Date;
}

/** What a certificate says of its owner. */
export interface CertificateRequest {
  /** The common name. */
  readonly name: string;
  readonly key: KeyKind;
  readonly validity: Validity;
  /** Serial number, hexadecimal, positive, at most 20 bytes (RFC 5280, section 4.1.2.2). */
  readonly serial: string;
  /** Whether it may sign others. */
  readonly authority: boolean;
  /** What it says besides. */
  readonly extensions?: readonly Extension[];
}

/** A certificate and the keys of its owner. */
export interface Issued {
  readonly name: string;
  readonly kind: KeyKind;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly keys: webcrypto.CryptoKeyPair;
  /** The same private key, to sign with. */
  readonly key: KeyObject;
}

/**
 * Makes a key and has it certified by `issuer`, or by itself (a root).
 *
 * Source: RFC 5280, sections 4.1 and 4.2; DSP0274 1.2, section 10.8 (certificate requirements).
 */
export async function issueCertificate(
  request: CertificateRequest,
  issuer?: Issued,
): Promise<Issued> {
  const keys = await generate(request.key);
  const signer = issuer ?? { name: request.name, kind: request.key, keys };
  const certificate = await X509CertificateGenerator.create(
    {
      subject: commonName(request.name),
      issuer: commonName(signer.name),
      serialNumber: request.serial,
      notBefore: request.validity.from,
      notAfter: request.validity.until,
      publicKey: keys.publicKey,
      signingKey: signer.keys.privateKey,
      signingAlgorithm: keyRecipe(signer.kind).sign,
      extensions: [
        new BasicConstraintsExtension(request.authority, undefined, true),
        new KeyUsagesExtension(
          request.authority ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature,
          true,
        ),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(signer.keys.publicKey, false, webcrypto),
        ...(request.extensions ?? []),
      ],
    },
    webcrypto,
  );
  return {
    name: request.name,
    kind: request.key,
    certificate: new Uint8Array(certificate.rawData),
    keys,
    key: KeyObject.from(keys.privateKey),
  };
}

/** Of pairs: neither kind is a single key. */
async function generate(kind: KeyKind): Promise<webcrypto.CryptoKeyPair> {
  const { generate } = keyRecipe(kind);
  return webcrypto.subtle.generateKey(generate, true, ['sign', 'verify']);
}

function commonName(name: string): Record<string, string[]>[] {
  return [{ CN: [name] }];
}
