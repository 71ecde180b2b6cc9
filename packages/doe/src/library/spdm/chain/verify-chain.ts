import type { KeyObject } from 'node:crypto';
import { cmaText, decodeCmaAltNames, type CmaName } from '../../../abi/cma/index.js';
import { hashOf, keyFits, sameBytes, type Algorithms } from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import { readCertificate, type Certificate } from './certificate.js';
import type { ReceivedChain } from './received-chain.js';
import type { TrustAnchors } from './trust-anchors.js';
import { checkCertificate, checkIssuer, checkLeaf, checkLink } from './usage.js';

/** More certificates than a device has reason to send; each costs a signature. */
const MOST_CERTIFICATES = 16;

/** What a chain has to be. */
export interface ChainPolicy {
  readonly anchors: TrustAnchors;
  readonly algorithms: Pick<Algorithms, 'hash' | 'signature'>;
  /** When the certificates have to be valid. */
  readonly now: Date;
  /** What config space says; without it the name in the leaf is not looked at. */
  readonly device?: CmaName;
}

/** Reads the certificates of a chain. Throws MdevError `doe.spdm-chain-long`, `doe.spdm-certificate`. */
export function readCertificates({ certificates }: ReceivedChain): readonly Certificate[] {
  if (certificates.length > MOST_CERTIFICATES) {
    throw failure('doe.spdm-chain-long', { certificates: certificates.length });
  }
  return certificates.map(readCertificate);
}

/**
 * The certificate of the device itself. A chain that ends with an authority, or without any certificate, has lost it.
 *
 * @throws MdevError EKEYREJECTED `doe.spdm-chain-truncated`
 */
export function leafOf(certificates: readonly Certificate[]): Certificate {
  const leaf = certificates.at(-1);
  if (leaf === undefined || leaf.isCa) {
    throw failure('doe.spdm-chain-truncated', { certificates: certificates.length });
  }
  return leaf;
}

/**
 * Checks a chain from the root to the leaf, and gives the key of its leaf: the root is trusted, each certificate was
 * issued by the one before it, is valid and may do what it does, and the key is of the negotiated algorithm. Revocation is
 * not looked at. A chain may contain its root or leave it out.
 *
 * Source: DSP0274 1.3, section Certificates and certificate chains; RFC 5280, section 6.1.
 *
 * @throws MdevError a reason of its own for each cause, see `spdmRequesterReasons`
 */
export function verifyChain(
  chain: ReceivedChain,
  certificates: readonly Certificate[],
  policy: ChainPolicy,
): KeyObject {
  const leaf = leafOf(certificates);
  const root = rootOf(chain, certificates, policy);
  const containsRoot = certificates[0] !== undefined && sameBytes(certificates[0].der, root.der);
  const path = containsRoot ? certificates : [root, ...certificates];
  const first = containsRoot ? 0 : -1;
  for (const [index, certificate] of path.entries()) {
    const at = first + index;
    const issuer = path[index - 1];
    if (issuer !== undefined) {
      checkLink(certificate, issuer, at);
    }
    checkCertificate(certificate, at, policy.now);
    if (certificate === leaf) {
      checkLeaf(certificate, at);
    } else {
      checkIssuer(certificate, at, followers(path, index));
    }
  }
  if (!keyFits(leaf.publicKey, policy.algorithms.signature)) {
    throw failure('doe.spdm-key-type', {
      key: leaf.publicKey.asymmetricKeyType,
      algorithm: policy.algorithms.signature.kind,
    });
  }
  if (policy.device !== undefined) {
    checkName(leaf, policy.device);
  }
  return leaf.publicKey;
}

function rootOf(
  { rootHash }: ReceivedChain,
  [first]: readonly Certificate[],
  { anchors, algorithms }: ChainPolicy,
): Certificate {
  const root = anchors.byHash(algorithms.hash, rootHash);
  const isNamed = first !== undefined && sameBytes(hashOf(algorithms.hash, first.der), rootHash);
  const isRoot =
    first?.x509.checkIssued(first.x509) === true ||
    (root === undefined && first !== undefined && anchors.has(first.der));
  if (isRoot && !isNamed) {
    throw failure('doe.spdm-root-hash');
  }
  if (root === undefined) {
    throw failure('doe.spdm-untrusted', { root: Buffer.from(rootHash).toString('hex') });
  }
  return root;
}

/** Authorities behind the one at `index`, without those that only renew their own name. Source: RFC 5280, section 4.2.1.9. */
function followers(path: readonly Certificate[], index: number): number {
  return path.slice(index + 1, -1).filter(({ x509 }) => x509.subject !== x509.issuer).length;
}

/** Every name of that kind has to be right, and there has to be one. Source: drivers/pci/cma.c, pci_cma_note_san. */
function checkName({ alternativeName }: Certificate, device: CmaName): void {
  const names = alternativeName === undefined ? [] : decodeCmaAltNames(alternativeName);
  const expected = cmaText(device);
  if (names.length === 0 || names.some((name) => name !== expected)) {
    throw failure('doe.spdm-device-name', { expected, name: names.join(' ') });
  }
}
