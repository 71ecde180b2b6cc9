import 'reflect-metadata';
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

/** ECDSA on a curve, or RSA. */
export type KeyAlgorithm = 'P-256' | 'P-384' | 'RSA-2048';

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
  readonly extensions?: readonly Extension[];
}

/** Issues a certificate by @peculiar/x509, which the requester uses for nothing but reading extensions. */
export async function issue(options: IssueOptions): Promise<Issued> {
  const { name, issuer, ca = false, algorithm = 'P-256' } = options;
  const keys = await generate(algorithm);
  const usage = options.usage ?? (ca ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: '0a1b2c',
      subject: `CN=${name}`,
      issuer: `CN=${options.issuerName ?? issuer?.name ?? name}`,
      notBefore: options.notBefore ?? NOT_BEFORE,
      notAfter: options.notAfter ?? NOT_AFTER,
      publicKey: keys.publicKey,
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

async function generate(algorithm: KeyAlgorithm): Promise<webcrypto.CryptoKeyPair> {
  return algorithm === 'RSA-2048'
    ? webcrypto.subtle.generateKey(
        {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2048,
          publicExponent: Uint8Array.of(1, 0, 1),
          hash: 'SHA-256',
        },
        true,
        ['sign', 'verify'],
      )
    : webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: algorithm }, true, [
        'sign',
        'verify',
      ]);
}

function signing(algorithm: KeyAlgorithm, hash: string): { name: string; hash: string } {
  return { name: algorithm === 'RSA-2048' ? 'RSASSA-PKCS1-v1_5' : 'ECDSA', hash };
}
