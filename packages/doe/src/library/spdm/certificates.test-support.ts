import 'reflect-metadata';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import {
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { createHash, KeyObject, webcrypto } from 'node:crypto';

/** When test certificates are valid, and a moment in between. */
export const NOT_BEFORE = new Date('2026-01-01T00:00:00Z');
export const NOT_AFTER = new Date('2036-01-01T00:00:00Z');
export const NOW = new Date('2030-06-01T00:00:00Z');

/** A certificate with its key. */
export interface Issued {
  readonly name: string;
  readonly der: Uint8Array;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly algorithm: KeyAlgorithm;
  readonly key: KeyObject;
}

/** ECDSA on a curve, or RSA, or EdDSA. */
export type KeyAlgorithm =
  'P-256' | 'P-384' | 'P-521' | 'RSA-1024' | 'RSA-2048' | 'RSA-PSS' | 'Ed25519';

export interface IssueOptions {
  readonly name: string;
  /** Itself by default. */
  readonly issuer?: Issued;
  /** As the certificate says, whoever signs. */
  readonly issuerName?: string;
  readonly algorithm?: KeyAlgorithm;
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** 'none': without the extension. */
  readonly usage?: KeyUsageFlags | 'none';
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly hash?: string;
  /** With which a key of RSA signs: WebCrypto binds it to the key. */
  readonly keyHash?: string;
  readonly extensions?: readonly Extension[];
  /** Another key than is made: DER of a SubjectPublicKeyInfo. */
  readonly publicKey?: Uint8Array;
}

/** Issues a certificate by @peculiar/x509, which the requester uses for nothing but reading extensions. */
export async function issue(options: IssueOptions): Promise<Issued> {
  const { name, issuer, ca = false, algorithm = 'P-256' } = options;
  const keys = await generate(algorithm, options.keyHash);
  const usage = options.usage ?? (ca ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: '0a1b2c',
      subject: `CN=${name}`,
      issuer: `CN=${options.issuerName ?? issuer?.name ?? name}`,
      notBefore: options.notBefore ?? NOT_BEFORE,
      notAfter: options.notAfter ?? NOT_AFTER,
      publicKey: options.publicKey === undefined ? keys.publicKey : options.publicKey.slice(),
      signingKey: (issuer?.keys ?? keys).privateKey,
      signingAlgorithm: signing(issuer?.algorithm ?? algorithm, options.hash ?? 'SHA-256'),
      extensions: [
        new BasicConstraintsExtension(ca, options.pathLength, true),
        ...(usage === 'none' ? [] : [new KeyUsagesExtension(usage, true)]),
        ...(options.extensions ?? []),
      ],
    },
    webcrypto,
  );
  const der = new Uint8Array(certificate.rawData);
  return { name, der, keys, algorithm, key: KeyObject.from(keys.privateKey) };
}

/** A root, an authority below it, and a leaf. */
export interface TestChain {
  readonly root: Issued;
  readonly middle: Issued;
  readonly leaf: Issued;
}

export async function issueChain(
  leaf: Partial<IssueOptions> = {},
  middle: Partial<IssueOptions> = {},
  root: Partial<IssueOptions> = {},
): Promise<TestChain> {
  const top = await issue({ name: 'Root', ca: true, ...root });
  const between = await issue({ name: 'Middle', ca: true, issuer: top, ...middle });
  return {
    root: top,
    middle: between,
    leaf: await issue({ name: 'Leaf', issuer: between, ...leaf }),
  };
}

/** A chain as a slot holds it, built by hand. Source: DSP0274 1.2, section Certificates and certificate chains. */
export function slotOf(
  hash: string,
  root: Uint8Array,
  certificates: readonly Uint8Array[],
): Buffer {
  const body = Buffer.concat([createHash(hash).update(root).digest(), ...certificates]);
  const header = Buffer.alloc(4);
  header.writeUInt16LE(body.length + 4);
  return Buffer.concat([header, body]);
}

/** The slot of a whole test chain, with its root. */
export function wholeSlot({ root, middle, leaf }: TestChain, hash = 'sha256'): Buffer {
  return slotOf(hash, root.der, [root.der, middle.der, leaf.der]);
}

/** The same certificate, but of another signature algorithm (without parameters), as `sign` signs it. */
export function signAgain(
  certificate: Issued,
  oid: string,
  sign: (bytes: Uint8Array) => Uint8Array,
): Issued {
  const fields = AsnConvert.parse(certificate.der, Certificate);
  for (const algorithm of [fields.tbsCertificate.signature, fields.signatureAlgorithm]) {
    algorithm.algorithm = oid;
  }
  const signed = AsnConvert.serialize(fields.tbsCertificate);
  fields.tbsCertificateRaw = signed;
  fields.signatureValue = new Uint8Array(sign(new Uint8Array(signed))).buffer;
  return { ...certificate, der: new Uint8Array(AsnConvert.serialize(fields)) };
}

async function generate(
  algorithm: KeyAlgorithm,
  hash = 'SHA-256',
): Promise<webcrypto.CryptoKeyPair> {
  const usages: webcrypto.KeyUsage[] = ['sign', 'verify'];
  if (algorithm === 'Ed25519') {
    const pair = await webcrypto.subtle.generateKey({ name: algorithm }, true, usages);
    return pair as webcrypto.CryptoKeyPair;
  }
  if (algorithm.startsWith('P-')) {
    return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: algorithm }, true, usages);
  }
  const name = algorithm === 'RSA-PSS' ? algorithm : 'RSASSA-PKCS1-v1_5';
  const modulusLength = algorithm === 'RSA-1024' ? 1024 : 2048;
  const publicExponent = Uint8Array.of(1, 0, 1);
  return webcrypto.subtle.generateKey({ name, modulusLength, publicExponent, hash }, true, usages);
}

function signing(algorithm: KeyAlgorithm, hash: string): { name: string } {
  switch (algorithm) {
    case 'Ed25519':
      return { name: 'Ed25519' };
    case 'RSA-PSS':
      return { name: 'RSA-PSS', ...{ hash, saltLength: 32 } };
    default:
      return { name: algorithm.startsWith('P-') ? 'ECDSA' : 'RSASSA-PKCS1-v1_5', ...{ hash } };
  }
}
