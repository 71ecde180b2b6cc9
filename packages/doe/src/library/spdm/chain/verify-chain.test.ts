import { outcome } from '@mdevkit/core/test-support';
import 'reflect-metadata';
import type { CmaName } from '../../../abi/cma/index.js';
import { Extension, ExtendedKeyUsageExtension, KeyUsageFlags } from '@peculiar/x509';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { hashAlgorithms, signatureAlgorithms } from '../../../abi/spdm/index.js';
import {
  issue,
  issueChain,
  NOT_AFTER,
  NOT_BEFORE,
  NOW,
  slotOf,
  wholeSlot,
  type IssueOptions,
  type TestChain,
} from '../certificates.test-support.js';
import { commonChain } from '../device.test-support.js';
import { openChain, readCertificates, TrustAnchors, verifyChain } from './index.js';

interface Case {
  readonly now?: Date;
  readonly device?: CmaName;
  readonly asym?: number;
  readonly also?: Uint8Array;
}

/** `trusted`, or the reason for which the chain of a slot is refused. */
function verdict(slot: Uint8Array, root: Uint8Array, options: Case = {}): string {
  return outcome(() => {
    const [hash] = hashAlgorithms;
    const signature = signatureAlgorithms.find(({ bit }) => bit === (options.asym ?? 0x10));
    const chain = openChain(slot, hash!.size);
    verifyChain(chain, readCertificates(chain), {
      anchors: new TrustAnchors(options.also ? [root, options.also] : [root]),
      now: options.now ?? NOW,
      algorithms: { hash: hash!, signature: signature! },
      ...(options.device && { device: options.device }),
    });
    return 'trusted';
  });
}

async function issued(
  leaf: Partial<IssueOptions>,
  middle: Partial<IssueOptions> = {},
  root: Partial<IssueOptions> = {},
): Promise<string> {
  const chain = await issueChain(leaf, middle, root);
  return verdict(wholeSlot(chain), chain.root.der);
}

const row = 'spdm requester chain';

describe('spdm verifyChain (RFC 5280, section 6.1; DSP0274 1.3, Certificates and certificate chains)', () => {
  let chain: TestChain;
  before(async () => {
    chain = await commonChain();
  });

  it(`${row}: one from a trusted root is accepted, with and without its root in it (DSP0274 1.3, Certificate chain format)`, () => {
    const { root, middle, leaf } = chain;
    expect(verdict(wholeSlot(chain), root.der)).to.equal('trusted');
    expect(verdict(slotOf('sha256', root.der, [middle.der, leaf.der]), root.der)).to.equal(
      'trusted',
    );
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(root.der).toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(() => new TrustAnchors([pem, Buffer.from(pem)])).not.to.throw();
    expect(() => new TrustAnchors(['no certificate'])).to.throw(TypeError, 'root 0');
  });

  it(`${row}: another root is not trusted, though it has the same name (RFC 5280, section 6.1)`, async () => {
    const other = await issue({ name: 'Root', ca: true });
    expect(verdict(wholeSlot(chain), other.der)).to.equal('ENOKEY doe.spdm-untrusted');
    const { middle, leaf } = chain;
    const named = slotOf('sha256', other.der, [other.der, middle.der, leaf.der]);
    expect(verdict(named, chain.root.der)).to.equal('ENOKEY doe.spdm-untrusted');
    expect(verdict(named, other.der)).to.equal('EKEYREJECTED doe.spdm-chain-signature');
    const claims = slotOf('sha256', chain.root.der, [other.der, middle.der, leaf.der]);
    expect(verdict(claims, chain.root.der)).to.equal('EKEYREJECTED doe.spdm-root-hash');
    const lies = slotOf('sha256', other.der, [chain.root.der, middle.der, leaf.der]);
    expect(verdict(lies, chain.root.der)).to.equal('EKEYREJECTED doe.spdm-root-hash');
  });

  it(`${row}: an authority below a root may be trusted as well, or instead of it (own rule)`, () => {
    const { root, middle, leaf } = chain;
    const short = slotOf('sha256', middle.der, [middle.der, leaf.der]);
    expect(verdict(short, middle.der)).to.equal('trusted');
    expect(verdict(short, root.der)).to.equal('ENOKEY doe.spdm-untrusted');
    const ofRoot = slotOf('sha256', root.der, [middle.der, leaf.der]);
    expect(verdict(ofRoot, middle.der)).to.equal('EKEYREJECTED doe.spdm-root-hash');
    expect(verdict(ofRoot, root.der, { also: middle.der })).to.equal('trusted');
  });

  it(`${row}: one that is cut off is truncated, wherever it is cut (DSP0274 1.3, Certificate chain format)`, () => {
    const slot = wholeSlot(chain);
    const { root, middle } = chain;
    for (let length = 0; length < slot.length; length += 7) {
      expect(verdict(slot.subarray(0, length), root.der), `${length}`).to.equal(
        'EKEYREJECTED doe.spdm-chain-truncated',
      );
      const shorter = Buffer.from(slot.subarray(0, length));
      if (length >= 2) {
        shorter.writeUInt16LE(length);
        expect(verdict(shorter, root.der), `${length}`).to.equal(
          'EKEYREJECTED doe.spdm-chain-truncated',
        );
      }
    }
    const boundary = slot.subarray(0, -chain.leaf.der.length);
    expect(verdict(boundary, root.der)).to.equal('EKEYREJECTED doe.spdm-chain-truncated');
    const withoutLeaf = slotOf('sha256', root.der, [root.der, middle.der]);
    expect(verdict(withoutLeaf, root.der)).to.equal('EKEYREJECTED doe.spdm-chain-truncated');
    const long = Buffer.concat([slot, Buffer.alloc(4)]);
    expect(verdict(long, root.der)).to.equal('EBADMSG doe.spdm-chain');
  });

  it(`${row}: each certificate has to be issued by the one before it (RFC 5280, section 6.1.3)`, async () => {
    const { root, middle, leaf } = chain;
    const gap = slotOf('sha256', root.der, [root.der, leaf.der]);
    expect(verdict(gap, root.der)).to.equal('EKEYREJECTED doe.spdm-chain-issuer');
    const swapped = slotOf('sha256', root.der, [middle.der, root.der, leaf.der]);
    expect(verdict(swapped, root.der)).to.equal('EKEYREJECTED doe.spdm-chain-issuer');
    const other = await issue({ name: 'Middle', ca: true, issuer: root });
    const bad = slotOf('sha256', root.der, [root.der, other.der, leaf.der]);
    expect(verdict(bad, root.der)).to.equal('EKEYREJECTED doe.spdm-chain-signature');
    expect(await issued({ hash: 'SHA-1' })).to.equal('EKEYREJECTED doe.spdm-weak-signature');
  });

  it(`${row}: every certificate has to be valid now, the root too (RFC 5280, section 4.1.2.5)`, async () => {
    const slot = wholeSlot(chain);
    const late = new Date(NOT_AFTER.getTime() + 1000);
    const early = new Date(NOT_BEFORE.getTime() - 1000);
    expect(verdict(slot, chain.root.der, { now: late })).to.equal('EKEYEXPIRED doe.spdm-expired');
    expect(verdict(slot, chain.root.der, { now: NOT_AFTER })).to.equal('trusted');
    expect(verdict(slot, chain.root.der, { now: early })).to.equal(
      'EKEYREJECTED doe.spdm-not-yet-valid',
    );
    expect(verdict(slot, chain.root.der, { now: NOT_BEFORE })).to.equal('trusted');
    const before = new Date('2029-01-01');
    for (const place of [0, 1, 2]) {
      const expired = [{}, {}, {}].map((_, index) => (index === place ? { notAfter: before } : {}));
      expect(await issued(expired[0]!, expired[1], expired[2])).to.equal(
        'EKEYEXPIRED doe.spdm-expired',
      );
    }
  });

  it(`${row}: only authorities issue, and no deeper than they may (RFC 5280, sections 4.2.1.3, 4.2.1.9)`, async () => {
    expect(await issued({}, { ca: false })).to.equal('EKEYREJECTED doe.spdm-not-a-ca');
    expect(await issued({}, { usage: KeyUsageFlags.digitalSignature })).to.equal(
      'EKEYREJECTED doe.spdm-key-usage',
    );
    expect(await issued({}, { usage: 'none' })).to.equal('trusted');
    expect(await issued({}, {}, { pathLength: 0 })).to.equal('EKEYREJECTED doe.spdm-path-length');
    expect(await issued({}, { pathLength: 0 }, { pathLength: 1 })).to.equal('trusted');
  });

  it(`${row}: a leaf signs messages and no certificates (DSP0274 1.3, leaf certificate)`, async () => {
    const { digitalSignature, keyCertSign, keyEncipherment } = KeyUsageFlags;
    expect(await issued({ usage: 'none' })).to.equal('EKEYREJECTED doe.spdm-key-usage');
    expect(await issued({ usage: keyEncipherment })).to.equal('EKEYREJECTED doe.spdm-key-usage');
    expect(await issued({ usage: digitalSignature | keyCertSign })).to.equal(
      'EKEYREJECTED doe.spdm-key-usage',
    );
    expect(await issued({ ca: true })).to.equal('EKEYREJECTED doe.spdm-chain-truncated');
    const [responder, requester] = ['1.3.6.1.4.1.412.274.3', '1.3.6.1.4.1.412.274.4'];
    const purpose = (...oids: string[]) => ({ extensions: [new ExtendedKeyUsageExtension(oids)] });
    expect(await issued(purpose(requester))).to.equal('EKEYREJECTED doe.spdm-key-usage');
    expect(await issued(purpose(responder, requester))).to.equal('trusted');
  });

  it(`${row}: name constraints refuse, critical or not: nobody here follows them (RFC 5280, section 4.2.1.10)`, async () => {
    const constrained = {
      extensions: [new Extension('2.5.29.30', false, Uint8Array.of(0x30, 0))],
    };
    expect(await issued({}, constrained)).to.equal('EKEYREJECTED doe.spdm-critical-extension');
  });

  it(`${row}: a critical extension that nobody understands refuses (RFC 5280, section 4.2)`, async () => {
    const unknown = (critical: boolean) => ({
      extensions: [new Extension('1.2.3.4', critical, Uint8Array.of(5, 0))],
    });
    expect(await issued(unknown(true))).to.equal('EKEYREJECTED doe.spdm-critical-extension');
    expect(await issued({}, unknown(true))).to.equal('EKEYREJECTED doe.spdm-critical-extension');
    expect(await issued(unknown(false))).to.equal('trusted');
  });

  it(`${row}: the key is of the negotiated algorithm (DSP0274 1.3, ALGORITHMS, BaseAsymSel)`, async () => {
    const slot = wholeSlot(chain);
    for (const asym of [0x01, 0x02, 0x80]) {
      expect(verdict(slot, chain.root.der, { asym })).to.equal('EKEYREJECTED doe.spdm-key-type');
    }
    const other = await issueChain({ algorithm: 'P-384' });
    expect(verdict(wholeSlot(other), other.root.der)).to.equal('EKEYREJECTED doe.spdm-key-type');
    expect(verdict(wholeSlot(other), other.root.der, { asym: 0x80 })).to.equal('trusted');
  });

  it(`${row}: more certificates than there is reason for are not looked at (own rule)`, () => {
    const { root, leaf } = chain;
    const many = [...Array<Uint8Array>(16).fill(root.der), leaf.der];
    expect(verdict(slotOf('sha256', root.der, many), root.der)).to.equal(
      'EKEYREJECTED doe.spdm-chain-long',
    );
  });

  it(`${row}: a certificate is exactly its bytes, so that one inside of another means nothing (own rule)`, async () => {
    const { root, leaf } = chain;
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(leaf.der).toString('base64')}\n-----END CERTIFICATE-----\n`;
    const shell = await issue({
      name: 'Shell',
      issuer: leaf,
      ca: true,
      extensions: [new Extension('1.2.3.5', false, Buffer.from(`\n${pem}`))],
    });
    const below = await issue({ name: 'Below', issuer: { ...leaf, name: 'Leaf' } });
    const slot = slotOf('sha256', root.der, [root.der, chain.middle.der, shell.der, below.der]);
    expect(verdict(slot, root.der)).to.equal('EBADMSG doe.spdm-certificate');
  });
});
