import { expect } from 'chai';
import { describe, it } from 'mocha';
import { hex } from '../golden.test-support.js';
import { digest, hexOf, needOpenssl } from '../openssl.test-support.js';
import { hashOf, Transcript } from './index.js';

describe('spdm transcripts', () => {
  it('spdm abi transcript: keeps copies of what was appended, one behind the other (DSP0274 1.2, Transcript)', () => {
    const transcript = new Transcript();
    const message = hex('1284');
    transcript.append(message).append(hex('0000'));
    message[0] = 0xff;
    expect(hexOf(transcript.bytes())).to.equal('12840000');
    expect(transcript.length).to.equal(4);
    transcript.bytes()[0] = 0xff;
    expect(hexOf(transcript.bytes())).to.equal('12840000');
    transcript.clear();
    expect(transcript.bytes()).to.have.length(0);
    expect(transcript.length).to.equal(0);
  });

  it('spdm abi transcript: a copy goes on alone (own rule)', () => {
    const one = new Transcript().append(hex('01'));
    const two = one.copy().append(hex('02'));
    one.append(hex('03'));
    expect([hexOf(one.bytes()), hexOf(two.bytes())]).to.deep.equal(['0103', '0102']);
    expect([one.length, two.length]).to.deep.equal([2, 2]);
  });

  it('spdm abi transcript: its hash is that of openssl (FIPS 180-4)', function () {
    needOpenssl(this);
    const transcript = new Transcript().append(hex('1284')).append(hex('0000'));
    for (const name of ['sha256', 'sha384', 'sha512'] as const) {
      const theirs = hexOf(digest(name, hex('12840000')));
      expect(hexOf(transcript.hash({ name }))).to.equal(theirs);
      expect(hexOf(hashOf({ name }, hex('12840000')))).to.equal(theirs);
    }
  });
});
