import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '@mdevkit/core';
import { needOpenssl, opensslText, withFiles } from '../../abi/spdm/openssl.test-support.js';
import { pem } from '../identity/pem.test-support.js';
import { identityOf, makeDevice } from './device.test-support.js';
import { SpdmResponder } from './responder.js';
import { nonce, RawRequester, u16, type Version } from './raw-requester.test-support.js';

const versions: readonly Version[] = [0x10, 0x11, 0x12, 0x13];

describe('spdm responder: negotiation, digests and certificates', () => {
  it('spdm version: every version that is spoken is listed, ascending (DSP0274 1.2, VERSION)', async () => {
    const all = new RawRequester((await makeDevice()).responder);
    expect((await all.getVersion()).toString('hex')).to.equal('1004000000040010001100120013');
    const two = await makeDevice({ versions: [0x13, 0x12] });
    const answer = await new RawRequester(two.responder).getVersion();
    expect(answer.toString('hex')).to.equal('10040000000200120013');
  });

  const capabilities: Readonly<Record<Version, string>> = {
    0x10: '1061000000140000' + '36000000',
    0x11: '1161000000140000' + 'f6620000',
    0x12: '1261000000140000' + 'f6620000' + '0000010000000100',
    0x13: '1361000000140000' + 'f6620000' + '0000010000000100',
  };
  const algorithms: Readonly<Record<Version, string>> = {
    0x10: '106300002400010004000000100000000200000000000000000000000000000000000000',
    0x11:
      '116303003000010004000000100000000200000000000000000000000000000000000000' +
      '022010000320020005200100',
    0x12:
      '126303003000010204000000100000000200000000000000000000000000000000000000' +
      '022010000320020005200100',
    0x13:
      '136303003000010204000000100000000200000000000000000000000000000000000000' +
      '022010000320020005200100',
  };
  for (const version of versions) {
    it(`spdm capabilities: version 1.${version & 0xf}, and algorithms, exact bytes (DSP0274 1.2, CAPABILITIES, ALGORITHMS)`, async () => {
      const requester = new RawRequester((await makeDevice()).responder, version);
      await requester.connect();
      expect(requester.a[3]?.toString('hex')).to.equal(capabilities[version]);
      expect(requester.a[5]?.toString('hex')).to.equal(algorithms[version]);
    });
  }

  it('spdm capabilities: without measurements or sessions, neither is said to be there (DSP0274 1.2, CAPABILITIES)', async () => {
    const { responder } = await makeDevice({ sessions: 0 });
    const requester = new RawRequester(responder);
    await requester.connect();
    expect(requester.a[3]?.readUInt32LE(8)).to.equal(0x36);
    expect(requester.a[5]?.length).to.equal(36);
    const slots = { 0: await identityOf('p256') };
    const other = new RawRequester(new SpdmResponder({ slots, clock: new ManualClock() }));
    await other.connect();
    expect(other.a[3]?.readUInt32LE(8)).to.equal(0x62c6);
    expect([other.a[5]?.[6], other.a[5]?.readUInt32LE(8)]).to.deep.equal([0, 0]);
  });

  it('spdm algorithms: the best of what is offered, in the order of the options (DSP0274 1.2, NEGOTIATE_ALGORITHMS)', async () => {
    const device = await makeDevice({ hashes: ['sha512', 'sha256'], aead: ['aes-128-gcm'] });
    const requester = new RawRequester(device.responder);
    const answer = await requester.connect({ hash: 3, dhe: 0x8 });
    expect([requester.hash, requester.dhe, requester.aead]).to.deep.equal(['sha256', 8, 1]);
    expect(answer.readUInt32LE(8)).to.equal(2);
    await requester.connect({ opaque: 0, measurementSpec: 0 });
    expect([requester.a[5]?.[6], requester.a[5]?.[7]]).to.deep.equal([0, 0]);
    const rsa = await makeDevice({ key: 'rsa2048' });
    const picky = new RawRequester(rsa.responder);
    await picky.connect();
    expect(picky.signature).to.equal(0x2);
    await picky.connect({ asym: 0x11 });
    expect(picky.signature).to.equal(0x1);
  });

  it('spdm digests: of each slot that has a chain for the negotiated key (DSP0274 1.2, DIGESTS)', async () => {
    for (const version of versions) {
      const requester = new RawRequester((await makeDevice()).responder, version);
      await requester.connect();
      const digests = await requester.send(0x81, 0, 0);
      const chains = [await requester.chain(0), await requester.chain(2)];
      expect(digests.subarray(0, 4)).to.deep.equal(
        Buffer.of(version, 0x01, version === 0x13 ? 5 : 0, 5),
      );
      expect(digests.subarray(4)).to.deep.equal(
        Buffer.concat(chains.map((chain) => requester.digest(chain))),
      );
    }
  });

  it('spdm slots: those of another key do not show (DSP0274 1.2, DIGESTS, slot mask)', async () => {
    const slots = { 1: await identityOf('p256'), 7: await identityOf('rsa2048') };
    const requester = new RawRequester((await makeDevice({ slots })).responder);
    await requester.connect({ asym: 0x10 });
    expect((await requester.send(0x81, 0, 0))[3]).to.equal(1 << 1);
    expect((await requester.send(0x82, 7, 0, u16(0), u16(9)))[1]).to.equal(0x7f);
    await requester.connect({ asym: 0x3 });
    expect((await requester.send(0x81, 0, 0))[3]).to.equal(1 << 7);
    expect((await requester.chain(7)).length).to.be.greaterThan(1000);
  });

  it('spdm certificates: a chain in portions of any size, which openssl verifies (DSP0274 1.2, CERTIFICATE; openssl-verify(1))', async function () {
    const requester = new RawRequester((await makeDevice()).responder);
    await requester.connect();
    const chain = await requester.chain(2, 0xffff);
    expect(await requester.chain(2, 1000)).to.deep.equal(chain);
    expect(await requester.chain(2, 77)).to.deep.equal(chain);
    expect([chain.readUInt16LE(0), chain.readUInt16LE(2)]).to.deep.equal([chain.length, 0]);
    const certificates = requester.certificates(chain);
    const [root = Buffer.alloc(0)] = certificates;
    expect(chain.subarray(4, 4 + requester.hashSize)).to.deep.equal(requester.digest(root));
    expect(certificates).to.have.length(3);
    needOpenssl(this);
    withFiles((write) => {
      const paths = certificates.map((der, index) => write(String(index), pem(der)));
      const [anchor = '', between = '', leaf = ''] = paths;
      const time = String(Date.UTC(2030, 0, 1) / 1000);
      const verify = ['verify', '-attime', time, '-CAfile', anchor, '-untrusted', between, leaf];
      expect(opensslText(...verify)).to.match(/: OK\n$/);
    });
  });

  it('spdm certificates portion: is no longer than the requester takes (DSP0274 1.2, GET_CERTIFICATE, DataTransferSize)', async () => {
    const requester = new RawRequester((await makeDevice()).responder);
    await requester.connect({ size: 100 });
    const response = await requester.send(0x82, 0, 0, u16(0), u16(0xffff));
    expect([response.length, response.readUInt16LE(4)]).to.deep.equal([100, 92]);
  });

  it('spdm certificates slot size: what any slot has room for, empty or not; offset and length mean nothing (DSP0274 1.3, GET_CERTIFICATE, SlotSizeRequested) (bug; B10)', async () => {
    const requester = new RawRequester((await makeDevice()).responder, 0x13);
    await requester.connect();
    for (const slot of [0, 1, 2, 7]) {
      const response = await requester.send(0x82, slot, 1, u16(0xffff), u16(0xaa55));
      const head = Buffer.of(0x13, 2, slot, 0);
      expect(response).to.deep.equal(Buffer.concat([head, u16(0), u16(0xffff)]));
    }
    expect((await requester.send(0x82, 8, 1, u16(0), u16(0)))[1]).to.equal(0x7f);
    const older = new RawRequester((await makeDevice()).responder, 0x12);
    await older.connect();
    expect((await older.send(0x82, 0, 1, u16(0xffff), u16(0)))[1]).to.equal(0x7f);
  });

  for (const [name, flags, types] of [
    ['MAC without ENCRYPT', 0x286, [2, 3, 5]],
    ['ENCRYPT without MAC', 0x246, [2, 3, 5]],
    ['a pre-shared key without KEY_EX', 0x4c6, [3]],
    ['no session', 0x6, []],
  ] as const) {
    it(`spdm algorithms for sessions: ${name}, each structure if what needs it is common, and it attests (DSP0274 1.2, ALGORITHMS; libspdm library/spdm_requester_lib/libspdm_req_negotiate_algorithms.c) (bug; B4)`, async () => {
      for (const version of versions.slice(1)) {
        const requester = new RawRequester((await makeDevice()).responder, version);
        const answer = await requester.connect({ flags });
        const found: number[] = [];
        for (let at = 36; at < answer.length; at += 4) found.push(answer[at] ?? 0);
        expect(found).to.deep.equal(types);
        const context = version === 0x13 ? [Buffer.alloc(8)] : [];
        expect((await requester.send(0x81, 0, 0))[1]).to.equal(0x01);
        expect((await requester.chain(0)).length).to.be.greaterThan(100);
        expect((await requester.send(0x83, 0, 0xff, nonce(1), ...context))[1]).to.equal(0x03);
        expect((await requester.send(0xe0, 1, 0xff, nonce(2), 0, ...context))[1]).to.equal(0x60);
        expect((await requester.send(0xe4, 0, 0)).subarray(1)).to.deep.equal(
          Buffer.of(0x7f, 7, 0xe4),
        );
      }
    });
  }
});
