import { outcome } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { generateKeyPairSync, sign, type KeyPairKeyObjectResult } from 'node:crypto';
import { hashAlgorithms, signatureAlgorithms } from '../../../abi/spdm/index.js';
import {
  issue,
  issueChain,
  NOW,
  signAgain,
  wholeSlot,
  type IssueOptions,
  type KeyAlgorithm,
  type TestChain,
} from '../certificates.test-support.js';
import { openChain, readCertificates, TrustAnchors, verifyChain } from './index.js';

/** `trusted`, or the reason for which a chain is refused whose leaf has a key of P-256. */
function verdict(chain: TestChain): string {
  return outcome(() => {
    const [hash] = hashAlgorithms;
    const signature = signatureAlgorithms.find(({ bit }) => bit === 0x10);
    const received = openChain(wholeSlot(chain), hash!.size);
    verifyChain(received, readCertificates(received), {
      anchors: new TrustAnchors([chain.root.der]),
      now: NOW,
      algorithms: { hash: hash!, signature: signature! },
    });
    return 'trusted';
  });
}

async function under(algorithm: KeyAlgorithm, leaf: Partial<IssueOptions> = {}): Promise<string> {
  return verdict(
    await issueChain(
      { algorithm: 'P-256', ...leaf },
      { algorithm, ...(leaf.hash && { keyHash: leaf.hash }) },
    ),
  );
}

/** The same with an authority of whatever key, which signs the leaf rightly. */
async function underKey(keys: KeyPairKeyObjectResult, oid: string, hash: string | undefined) {
  const publicKey = new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' }));
  const root = await issue({ name: 'Root', ca: true });
  const middle = await issue({ name: 'Middle', ca: true, issuer: root, publicKey });
  const leaf = signAgain(await issue({ name: 'Leaf', issuer: middle }), oid, (bytes) =>
    sign(hash, bytes, keys.privateKey),
  );
  return verdict({ root, middle, leaf });
}

const row = 'spdm requester chain';
const WEAK = 'EKEYREJECTED doe.spdm-weak-signature';

describe('spdm verifyChain: algorithms of certificates (RFC 5280, section 4.1.1.2)', () => {
  it(`${row}: signatures of ECDSA, RSA in both paddings, Ed25519 and Ed448 (FIPS 186-5)`, async () => {
    for (const algorithm of ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-PSS'] as const) {
      for (const hash of ['SHA-256', 'SHA-384', 'SHA-512']) {
        expect(await under(algorithm, { hash }), `${algorithm} ${hash}`).to.equal('trusted');
      }
    }
    expect(await under('Ed25519')).to.equal('trusted');
    const ed448 = generateKeyPairSync('ed448');
    expect(await underKey(ed448, '1.3.101.113', undefined)).to.equal('trusted');
  });

  it(`${row}: SHA-1 is refused with every signature (RFC 9155, section 2)`, async () => {
    for (const algorithm of ['P-256', 'RSA-2048', 'RSA-PSS'] as const) {
      expect(await under(algorithm, { hash: 'SHA-1' }), algorithm).to.equal(WEAK);
    }
  });

  it(`${row}: hashes that nobody names are refused as well, whoever has signed rightly (bug; NIST SP 800-131A, section 9)`, async () => {
    const chain = await issueChain({}, { algorithm: 'RSA-2048' });
    for (const [hash, oid] of [
      ['md5', '1.2.840.113549.1.1.4'],
      ['ripemd160', '1.3.36.3.3.1.2'],
      ['sha224', '1.2.840.113549.1.1.14'],
      ['sha512-256', '1.2.840.113549.1.1.16'],
    ] as const) {
      const { key } = chain.middle;
      const leaf = signAgain(chain.leaf, oid, (bytes) => sign(hash, bytes, key));
      expect(verdict({ ...chain, leaf }), hash).to.equal(WEAK);
    }
    const other = await issueChain();
    const leaf = signAgain(other.leaf, '1.2.840.10045.4.3.1', (bytes) =>
      sign('sha224', bytes, other.middle.key),
    );
    expect(verdict({ ...other, leaf }), 'ecdsa with sha224').to.equal(WEAK);
    const unknown = signAgain(other.leaf, '1.2.3.4', (bytes) =>
      sign('sha256', bytes, other.middle.key),
    );
    expect(verdict({ ...other, leaf: unknown })).to.equal(WEAK);
  });

  it(`${row}: an authority with a key that is too short has no say (bug; NIST SP 800-131A, section 3)`, async () => {
    expect(await under('RSA-1024')).to.equal('EKEYREJECTED doe.spdm-weak-key');
    const root = await issueChain({}, {}, { algorithm: 'RSA-1024' });
    expect(verdict(root), 'the root').to.equal('EKEYREJECTED doe.spdm-weak-key');
  });

  it(`${row}: an authority has a key of a curve that is known (bug; NIST SP 800-186, section 3.2.1)`, async () => {
    for (const [namedCurve, expected] of [
      ['secp521r1', 'trusted'],
      ['secp160r1', 'EKEYREJECTED doe.spdm-weak-key'],
      ['secp256k1', 'EKEYREJECTED doe.spdm-weak-key'],
    ] as const) {
      const keys = generateKeyPairSync('ec', { namedCurve });
      expect(await underKey(keys, '1.2.840.10045.4.3.2', 'sha256'), namedCurve).to.equal(expected);
    }
  });
});
