import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { filled, hex, run } from '../golden.test-support.js';
import { hashAlgorithms } from '../index.js';
import { digest, hexOf, needOpenssl, openssl, withFiles } from '../openssl.test-support.js';
import { decodeCertChain, encodeCertChain } from './index.js';

const NOTHING = new Uint8Array(0);
const sha256 = hashAlgorithms[0]!;

function refused(bytes: Uint8Array, hashSize = 32): void {
  expect(() => decodeCertChain(bytes, hashSize))
    .to.throw(MdevError)
    .that.includes({ code: 'EBADMSG', reason: 'doe.spdm-chain' });
}

describe('spdm certificate chains', () => {
  it('spdm abi chain: certificates of openssl, and its hash of the root (DSP0274 1.2, Certificates and certificate chains)', function () {
    needOpenssl(this);
    withFiles((write) => {
      const curve = ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
      const key = write('key', openssl(NOTHING, 'genpkey', '-algorithm', ...curve));
      const issue = (name: string): Uint8Array => {
        const subject = ['-subj', `/CN=${name}`, '-days', '3650', '-outform', 'DER'];
        return openssl(NOTHING, 'req', '-x509', '-key', key, ...subject);
      };
      const [root, leaf] = [issue('root'), issue('leaf')];
      for (const hash of hashAlgorithms) {
        const size = 4 + hash.size + root.length + leaf.length;
        const expected = Buffer.concat([
          Buffer.from([size & 0xff, size >> 8, 0, 0]),
          ...[digest(hash.name, root), root, leaf],
        ]);
        const chain = encodeCertChain(root, [root, leaf], hash);
        expect(hexOf(chain)).to.equal(hexOf(expected));
        const { rootHash, certs } = decodeCertChain(chain, hash.size);
        expect(hexOf(rootHash)).to.equal(hexOf(digest(hash.name, root)));
        expect(certs.map(hexOf)).to.deep.equal([hexOf(root), hexOf(leaf)]);
      }
    });
  });

  const head = (length: string): string => `${length} 0000 ${run(0xaa, 32)}`;

  it('spdm abi chain: certificates end where their length says, in each of its forms (X.690, section 8.1.3)', () => {
    const [none, short, one] = [hex('3000'), hex('3003010203'), hex('308101ff')];
    const [two, three] = [
      Uint8Array.of(0x30, 0x82, 0x01, 0x00, ...filled(7, 256)),
      hex('3083000002 0102'),
    ];
    const certs = [none, short, one, two, three];
    const size = 36 + certs.reduce((sum, { length }) => sum + length, 0);
    const bytes = encodeCertChain(filled(0, 9), certs, sha256);
    expect(bytes).to.have.length(size);
    expect(decodeCertChain(bytes, 32).certs).to.deep.equal(certs);
  });

  it('spdm abi chain: a length that is not that of the bytes is refused (DSP0274 1.2, CertChain, Length)', () => {
    expect(decodeCertChain(hex(head('2600'), '3000'), 32).certs).to.deep.equal([hex('3000')]);
    refused(hex(head('2500'), '3000'));
    refused(hex(head('2700'), '3000'));
    refused(hex(head('2600'), '3000 00'));
    refused(hex(head('2600'), '30'));
    refused(hex(head('0000'), '3000'));
  });

  it('spdm abi chain: a chain that is cut off is refused at every byte (DSP0274 1.2, CertChain)', () => {
    const bytes = encodeCertChain(filled(0, 9), [hex('3003010203'), hex('300155')], sha256);
    for (let length = 0; length < bytes.length; length += 1) {
      refused(bytes.subarray(0, length));
      const cut = bytes.slice(0, length);
      if (length >= 2) cut.set([length & 0xff, length >> 8]);
      if (length !== 36 + 5) refused(cut);
    }
  });

  it('spdm abi chain: what is not a SEQUENCE of definite length that ends within the chain is refused (X.690, section 8.1.3)', () => {
    refused(hex(head('2400')));
    refused(hex(head('2600'), '3100'));
    refused(hex(head('2600'), '3001'));
    refused(hex(head('2600'), '3080'));
    refused(hex(head('2800'), '3080 0000'));
    refused(hex(head('2a00'), '3084 00000000'));
    refused(hex(head('2700'), '3082 00'));
    refused(hex(head('2800'), '30ff ffff'));
  });

  it('spdm abi chain: at most 32 certificates are looked at (own rule)', () => {
    const certs = Array.from({ length: 33 }, () => hex('3000'));
    expect(
      decodeCertChain(encodeCertChain(hex(''), certs.slice(1), sha256), 32).certs,
    ).to.have.length(32);
    refused(encodeCertChain(hex(''), certs, sha256));
  });

  it('spdm abi chain: neither more than 65,535 bytes nor no certificate can be said (DSP0274 1.2, CertChain, Length)', () => {
    const big = filled(0, 0xffff - 36);
    expect(encodeCertChain(hex(''), [big], sha256)).to.have.length(0xffff);
    expect(() => encodeCertChain(hex(''), [filled(0, 0xffff - 35)], sha256)).to.throw(RangeError);
    expect(() => encodeCertChain(hex(''), [], sha256)).to.throw(RangeError);
  });

  it('spdm abi chain: no bytes do any harm (own rule)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const framed = Uint8Array.of(bytes.length + 36, 0, 0, 0, ...filled(0, 32), ...bytes);
        try {
          const { certs } = decodeCertChain(framed, 32);
          expect(Buffer.concat(certs)).to.deep.equal(Buffer.from(bytes));
        } catch (error) {
          expect(error).to.be.instanceOf(MdevError);
        }
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
