import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { filled, hex } from '../golden.test-support.js';
import { dheGroups } from '../index.js';
import { hexOf, needOpenssl, openssl, withFiles } from '../openssl.test-support.js';
import { generateDhe } from './index.js';

const NOTHING = new Uint8Array(0);

/** What stands before X and Y in a SubjectPublicKeyInfo (RFC 5480, section 2). */
const starts = {
  prime256v1: hex('3059301306072a8648ce3d020106082a8648ce3d030107034200 04'),
  secp384r1: hex('3076301006072a8648ce3d020106052b81040022036200 04'),
};

describe('spdm key agreement', () => {
  for (const group of dheGroups) {
    const { curve, size } = group;

    it(`spdm abi key agreement: openssl and we share an x on ${curve} (DSP0274 1.2, KEY_EXCHANGE, ExchangeData; SEC 1, section 3.3.1)`, function () {
      needOpenssl(this);
      const ours = generateDhe(group);
      expect(ours.publicKey).to.have.length(size);
      withFiles((write) => {
        const option = `ec_paramgen_curve:${curve}`;
        const pem = openssl(NOTHING, 'genpkey', '-algorithm', 'EC', '-pkeyopt', option);
        const key = write('key', pem);
        const theirs = openssl(NOTHING, 'pkey', '-in', key, '-pubout', '-outform', 'DER');
        const start = starts[curve];
        expect(hexOf(theirs.subarray(0, start.length))).to.equal(hexOf(start));
        const peer = write('peer', Uint8Array.of(...start, ...ours.publicKey));
        const options = ['-inkey', key, '-peerkey', peer, '-peerform', 'DER'];
        const shared = openssl(NOTHING, 'pkeyutl', '-derive', ...options);
        expect(hexOf(ours.agree(theirs.subarray(start.length)))).to.equal(hexOf(shared));
        expect(shared).to.have.length(size / 2);
      });
    });

    it(`spdm abi key agreement: what is not a point of ${curve} is refused (SEC 1, section 3.2.2)`, () => {
      const { publicKey, agree } = generateDhe(group);
      const off = publicKey.slice();
      off[size - 1]! ^= 1;
      const wrong = [off, filled(0, size), filled(0xff, size), publicKey.subarray(1), NOTHING];
      for (const peer of [...wrong, Uint8Array.of(...publicKey, 0)]) {
        expect(() => agree(peer), hexOf(peer))
          .to.throw(MdevError)
          .that.includes({ code: 'EBADMSG', reason: 'doe.spdm-dhe' });
      }
    });

    it(`spdm abi key agreement: each key on ${curve} is fresh (DSP0274 1.2, KEY_EXCHANGE, ExchangeData)`, () => {
      const [a, b] = [generateDhe(group), generateDhe(group)];
      expect(hexOf(a.publicKey)).to.not.equal(hexOf(b.publicKey));
      expect(hexOf(a.agree(b.publicKey))).to.equal(hexOf(b.agree(a.publicKey)));
    });
  }
});
