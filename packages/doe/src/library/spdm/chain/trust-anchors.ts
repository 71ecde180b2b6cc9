import { X509Certificate } from 'node:crypto';
import { hashOf, sameBytes, type HashAlgorithm } from '../../../abi/spdm/index.js';
import { readCertificate, type Certificate } from './certificate.js';

/** A root certificate that is trusted: DER, or PEM as text or bytes. */
export type TrustedRoot = Uint8Array | string;

/** The roots that the caller trusts. */
export class TrustAnchors {
  readonly #roots: readonly Certificate[];

  /** @throws TypeError for a root that is no certificate */
  constructor(roots: readonly TrustedRoot[]) {
    this.#roots = roots.map(readRoot);
  }

  /** The root of that hash: how a chain names the root it comes from. */
  byHash(hash: HashAlgorithm, digest: Uint8Array): Certificate | undefined {
    return this.#roots.find(({ der }) => sameBytes(hashOf(hash, der), digest));
  }

  /** Whether the certificate is one of the roots. */
  has(der: Uint8Array): boolean {
    return this.#roots.some((root) => sameBytes(der, root.der));
  }
}

function readRoot(root: TrustedRoot, index: number): Certificate {
  try {
    return readCertificate(new Uint8Array(new X509Certificate(root).raw));
  } catch (cause) {
    throw new TypeError(`root ${index} is no certificate, neither DER nor PEM`, { cause });
  }
}
