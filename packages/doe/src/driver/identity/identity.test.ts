import { cmaText, type CmaName } from '../../abi/cma/index.js';
import {
  needOpenssl,
  openssl,
  opensslAgrees,
  opensslText,
  withFiles,
} from '../../abi/spdm/openssl.test-support.js';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import {
  identityFrom,
  issueAuthority,
  issueIdentity,
  type KeyKind,
  type SpdmIdentity,
} from './index.js';
import { pem } from './pem.test-support.js';

const validity = {
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2046-01-01T00:00:00Z'),
};
const within = String(Date.UTC(2030, 0, 1) / 1000);
const cma: CmaName = {
  vendor: 0x1af4,
  device: 0x10f0,
  classCode: 0xff0000,
  revision: 1,
  subsystemVendor: 0x1af4,
  subsystem: 0x1100,
};
const serial = 0x0123_4567_89ab_cdefn;
const NOTHING = new Uint8Array(0);

describe('spdm identities', () => {
  const kinds: readonly (readonly [KeyKind, number, string])[] = [
    ['p256', 0x10, 'ecdsa-with-SHA256'],
    ['p384', 0x80, 'ecdsa-with-SHA384'],
    ['rsa2048', 0x1 | 0x2, 'sha256WithRSAEncryption'],
    ['rsa3072', 0x4 | 0x8, 'sha384WithRSAEncryption'],
  ];
  for (const [key, signatures, algorithm] of kinds) {
    it(`spdm identity issued: openssl verifies a chain of ${key} keys (RFC 5280, section 6.1; openssl-verify(1))`, async function () {
      needOpenssl(this);
      const identity = await issueIdentity({ key, validity, intermediate: true, serial: '0a0b0c' });
      expect(identity.signatures).to.equal(signatures);
      expect(identity.chain).to.have.length(3);
      withFiles((write) => {
        const [anchor, between, leaf] = paths(identity, write);
        const verdict = opensslText(
          ...['verify', '-x509_strict', '-attime', within, '-CAfile', anchor],
          ...['-untrusted', between, leaf],
        );
        expect(verdict).to.match(/: OK\n$/);
        const text = opensslText('x509', '-noout', '-text', '-in', leaf);
        expect(text).to.include('Version: 3 (0x2)');
        expect(text).to.match(/Serial Number: (?:658188 \(0xa0b0c\)|0a:0b:0c)/);
        expect(text).to.include(`Signature Algorithm: ${algorithm}`);
        expect(text).to.match(/Basic Constraints: critical\s+CA:FALSE/);
        expect(text).to.match(/Key Usage: critical\s+Digital Signature\n/);
        expect(text).to.include('Not Before: Jan  1 00:00:00 2026 GMT');
        expect(text).to.match(/Subject: CN ?= ?mdevkit device/);
        const root = opensslText('x509', '-noout', '-text', '-in', anchor);
        expect(root).to.match(/Basic Constraints: critical\s+CA:TRUE/);
        expect(root).to.match(/Key Usage: critical\s+Certificate Sign\n/);
      });
    });
  }

  it('spdm identity validity: outside of it openssl refuses it before and after (RFC 5280, section 4.1.2.5)', async function () {
    needOpenssl(this);
    const identity = await issueIdentity({ key: 'p256', validity });
    withFiles((write) => {
      const [root, leaf] = paths(identity, write);
      const agreesAt = (time: number): boolean => {
        const seconds = String(time / 1000);
        return opensslAgrees(NOTHING, 'verify', '-attime', seconds, '-CAfile', root, leaf);
      };
      expect(agreesAt(Date.UTC(2030, 0, 1))).to.equal(true);
      expect(agreesAt(Date.UTC(2025, 11, 31))).to.equal(false);
      expect(agreesAt(Date.UTC(2046, 0, 2))).to.equal(false);
    });
  });

  it('spdm identity name: the leaf names it as config space does (PCI Express Base Specification 6.0, section 6.31.3)', async function () {
    needOpenssl(this);
    const name = 'Vendor=1af4:Device=10f0:CC=ff0000:REV=01:SSVID=1af4:SSID=1100';
    expect(cmaText(cma)).to.equal(name);
    expect(cmaText({ ...cma, serial })).to.equal(`${name}:0123456789abcdef`);
    const identity = await issueIdentity({ key: 'p256', validity, cma: { ...cma, serial } });
    withFiles((write) => {
      const [root, leaf] = paths(identity, write);
      expect(opensslText('verify', '-attime', within, '-CAfile', root, leaf)).to.match(/OK/);
      const structure = opensslText('asn1parse', '-in', leaf);
      const at = /(\d+):d=\d+ +hl=\d+ l= *\d+ prim: OCTET STRING[^\n]*\n/g;
      const shown = [...structure.matchAll(at)].map(([, offset = '']) =>
        opensslText('asn1parse', '-in', leaf, '-strparse', offset),
      );
      const alternative = shown.find((text) => text.includes('2.23.147'));
      expect(alternative).to.match(
        new RegExp(
          `cont \\[ 0 \\][^]*OBJECT +:2\\.23\\.147[^]*cont \\[ 0 \\][^]*UTF8STRING +:${name}:0123456789abcdef`,
        ),
      );
    });
    for (const wrong of [{ vendor: 0x1_0000 }, { revision: -1 }, { classCode: 0x100_0000 }]) {
      expect(() => cmaText({ ...cma, ...wrong })).to.throw(RangeError);
    }
  });

  it('spdm identity authority: one root signs all, each has a key of its own (DSP0274 1.2, section 10.8)', async () => {
    const authority = await issueAuthority({ validity, key: 'p384', name: 'root of all' });
    const first = await issueIdentity({ validity, authority, key: 'p384' });
    const second = await issueIdentity({ validity, authority, key: 'p256', serial: '04' });
    expect(first.chain[0]).to.deep.equal(authority.certificate);
    expect(second.chain[0]).to.deep.equal(authority.certificate);
    expect(leafOf(first).publicKey.equals(leafOf(second).publicKey)).to.equal(false);
    expect(leafOf(second).issuer).to.equal('CN=root of all');
  });

  it('spdm identity files: PEM and DER, in one piece or several, and keys of each form (RFC 7468, section 5)', async () => {
    const { chain, key, signatures } = await issueIdentity({ key: 'p256', validity });
    const text = `noise\n${chain.map(pem).join('between\n')}`;
    const der = key.export({ format: 'der', type: 'pkcs8' });
    const forms = [
      { chain: text, key: key.export({ format: 'pem', type: 'sec1' }).toString() },
      { chain: Buffer.from(text), key: der },
      { chain: Uint8Array.from(chain.flatMap((one) => [...one])), key: new Uint8Array(der) },
      { chain: [chain[0] ?? '', pem(chain[1] ?? new Uint8Array())], key },
    ];
    for (const form of forms) {
      const identity = identityFrom(form);
      expect(identity.chain.map(hex)).to.deep.equal(chain.map(hex));
      expect(identity.key.equals(key)).to.equal(true);
      expect(identity.signatures).to.equal(signatures);
    }
  });

  it('spdm identity refused: wrong order, a stranger, a lone root, no root, a key of another (DSP0274 1.2, section 10.8)', async () => {
    const one = await issueIdentity({ key: 'p256', validity, intermediate: true });
    const other = await issueIdentity({ key: 'p256', validity, intermediate: true });
    const [root, between, leaf] = one.chain as [Uint8Array, Uint8Array, Uint8Array];
    const foreign = other.chain as [Uint8Array, Uint8Array, Uint8Array];
    const { key } = one;
    expect(reason({ chain: [between, root, leaf], key })).to.equal('doe.identity-chain');
    expect(reason({ chain: [root, leaf, between], key })).to.equal('doe.identity-chain');
    expect(reason({ chain: [root, foreign[1], leaf], key })).to.equal('doe.identity-chain');
    expect(reason({ chain: [foreign[0], between, leaf], key })).to.equal('doe.identity-chain');
    expect(reason({ chain: [root, between], key })).to.equal('doe.identity-chain');
    expect(reason({ chain: [between, leaf], key })).to.equal('doe.identity-chain');
    expect(reason({ chain: [root], key })).to.equal('doe.identity-chain');
    expect(reason({ chain: [], key })).to.equal('doe.identity-chain');
    expect(reason({ chain: one.chain, key: other.key })).to.equal('doe.identity-key');
    expect(reason({ chain: one.chain, key: createPublicKey(key) })).to.equal('doe.identity-key');
    const ed = generateKeyPairSync('ed25519').privateKey;
    expect(reason({ chain: one.chain, key: ed })).to.equal('doe.identity-key');
  });

  it('spdm identity unreadable: cut, empty and foreign bytes are named as such (RFC 5280, section 4.1)', async () => {
    const { chain, key } = await issueIdentity({ key: 'p256', validity });
    const [root, leaf] = chain as [Uint8Array, Uint8Array];
    const broken = leaf.slice();
    broken.fill(0xff, 4, 20);
    for (const wrong of ['', 'text', new Uint8Array(), leaf.subarray(0, -1), broken]) {
      expect(reason({ chain: [root, wrong], key })).to.equal('doe.identity-encoding');
    }
    const behind = Uint8Array.from([...leaf, 0]);
    expect(reason({ chain: [root, behind], key })).to.equal('doe.identity-encoding');
    for (const wrong of ['', 'text', new Uint8Array(3)]) {
      expect(reason({ chain, key: wrong })).to.equal('doe.identity-encoding');
    }
  });

  it('spdm identity algorithm: an unknown curve is refused by its algorithm (DSP0274 1.2, NEGOTIATE_ALGORITHMS)', function () {
    needOpenssl(this);
    withFiles((write) => {
      const newKey = (): string =>
        opensslText('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1');
      const signer = write('k', newKey());
      const root = openssl(NOTHING, 'req', '-x509', '-new', '-key', signer, '-subj', '/CN=r');
      const key = newKey();
      const request = openssl(NOTHING, 'req', '-new', '-key', write('l', key), '-subj', '/CN=l');
      const by = ['-CA', write('r', root), '-CAkey', signer, '-set_serial', '5'];
      const leaf = openssl(request, 'x509', '-req', ...by);
      expect(reason({ chain: [root, leaf], key })).to.equal('doe.identity-algorithm');
    });
  });
});

/** Where the certificates of a chain of two or three are, root first. */
function paths(
  { chain }: SpdmIdentity,
  write: (name: string, content: string) => string,
): [string, string, string] {
  const [root = '', next = '', last = ''] = chain.map((der, at) => write(String(at), pem(der)));
  return [root, next, last];
}

function leafOf({ chain }: SpdmIdentity): X509Certificate {
  return new X509Certificate(chain.at(-1) ?? new Uint8Array());
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function reason(files: Parameters<typeof identityFrom>[0]): string {
  try {
    identityFrom(files);
  } catch (error) {
    return MdevError.is(error) ? error.reason : String(error);
  }
  return 'accepted';
}
