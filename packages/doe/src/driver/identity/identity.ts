import { createPrivateKey, KeyObject, X509Certificate } from 'node:crypto';
import { keyFits, signatureAlgorithms } from '../../abi/spdm/index.js';
import { failure } from '../../errors/index.js';
import { splitCertificates } from './split-certificates.js';

/** What a device proves itself with in one slot. */
export interface SpdmIdentity {
  /** DER, from the root to the leaf: two or more, each signed by the one before it. */
  readonly chain: readonly Uint8Array[];
  /** Private, that of the leaf. */
  readonly key: KeyObject;
  /**
   * Signature algorithms that the key can do, as bits of BaseAsymAlgo: one for a curve, two for RSA.
   *
   * Source: DSP0274 1.2, NEGOTIATE_ALGORITHMS.
   */
  readonly signatures: number;
}

/** Certificates and a key as files hold them: PEM text, or DER. */
export interface IdentityFiles {
  /** Root first, in one piece or several. */
  readonly chain: string | Uint8Array | readonly (string | Uint8Array)[];
  /** PEM of any kind, DER of PKCS #8, or a key. */
  readonly key: string | Uint8Array | KeyObject;
}

/**
 * Checks what files hold and makes an identity of it: the certificates stand in order, each is signed by the one before it,
 * the first by itself, and the key is the leaf's. Validity is the requester's to check.
 *
 * Source: DSP0274 1.2, section 10.8 (certificate chain format and leaf requirements).
 *
 * @throws MdevError `doe.identity-encoding`, `doe.identity-chain`, `doe.identity-key`, `doe.identity-algorithm`
 */
export function identityFrom(files: IdentityFiles): SpdmIdentity {
  const chain = splitCertificates(files.chain);
  const certificates = chain.map(parse);
  certificates.forEach((certificate, index) => {
    const issuer = certificates[Math.max(index - 1, 0)];
    if (
      issuer === undefined ||
      !certificate.checkIssued(issuer) ||
      !certificate.verify(issuer.publicKey) ||
      certificate.ca !== index < certificates.length - 1
    ) {
      throw failure('doe.identity-chain', { index, subject: certificate.subject });
    }
  });
  const leaf = certificates.at(-1);
  if (leaf === undefined || certificates.length < 2) {
    throw failure('doe.identity-chain', { certificates: certificates.length });
  }
  const key = privateKey(files.key);
  if (key.type !== 'private' || !leaf.checkPrivateKey(key)) {
    throw failure('doe.identity-key', { subject: leaf.subject });
  }
  return { chain, key, signatures: signaturesOf(key) };
}

function parse(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw failure('doe.identity-encoding', { what: 'certificate' }, error);
  }
}

function privateKey(key: string | Uint8Array | KeyObject): KeyObject {
  if (key instanceof KeyObject) {
    return key;
  }
  try {
    return typeof key === 'string'
      ? createPrivateKey(key)
      : createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw failure('doe.identity-encoding', { what: 'key' }, error);
  }
}

/** The algorithms of its curve or its modulus. */
function signaturesOf(key: KeyObject): number {
  const fitting = signatureAlgorithms.filter((scheme) => keyFits(key, scheme));
  if (fitting.length === 0) {
    throw failure('doe.identity-algorithm', { type: key.asymmetricKeyType });
  }
  return fitting.reduce((mask, { bit }) => mask | bit, 0);
}
