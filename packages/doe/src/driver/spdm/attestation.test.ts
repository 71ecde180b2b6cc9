import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { KeyKind } from '../identity/index.js';
import { makeDevice, measurements, type Device } from './device.test-support.js';
import { nonce, RawRequester, u16, type Version } from './raw-requester.test-support.js';
import { isSigned } from './signature.test-support.js';

const versions: readonly Version[] = [0x10, 0x11, 0x12, 0x13];
const context = Buffer.from('requestr');

describe('spdm responder: challenges and measurements', () => {
  for (const version of versions) {
    it(`spdm challenge: version 1.${version & 0xf}, the signature is over everything said, and fits openssl (DSP0274 1.2, CHALLENGE_AUTH, M1/M2; openssl-dgst(1))`, async () => {
      const { responder } = await makeDevice();
      const requester = new RawRequester(responder, version);
      await requester.connect();
      for (const summary of [0, 1, 0xff]) {
        const heard: Buffer[] = [];
        const digests = requester.message(0x81, 0, 0);
        heard.push(digests, await requester.sendBytes(digests));
        const chain = await requester.chain(2, 300, heard);
        await check(requester, chain, { slot: 2, summary, heard });
      }
    });
  }

  it('spdm challenge: without certificates read, or with digests alone, M1 has what was said (DSP0274 1.2, CHALLENGE_AUTH, M1/M2)', async () => {
    const { responder } = await makeDevice();
    const requester = new RawRequester(responder);
    await requester.connect();
    const chain = await requester.chain(0);
    await requester.connect();
    await check(requester, chain, { slot: 0, summary: 0, heard: [] });
    const digests = requester.message(0x81, 0, 0);
    const heard = [digests, await requester.sendBytes(digests)];
    await check(requester, chain, { slot: 0, summary: 0, heard });
    await check(requester, chain, { slot: 0, summary: 1, heard: [] });
  });

  it('spdm challenge row: GET_DIGESTS begins anew, GET_MEASUREMENTS before a challenge gives up, refused ones change nothing (DSP0274 1.2, M1/M2)', async () => {
    const { responder } = await makeDevice();
    const requester = new RawRequester(responder);
    await requester.connect();
    const chain = await requester.chain(0);
    const digests = requester.message(0x81, 0, 0);
    const heard = [digests, await requester.sendBytes(digests)];
    expect((await requester.send(0x82, 5, 0, u16(0), u16(1)))[1]).to.equal(0x7f);
    expect((await requester.send(0x83, 0, 2, nonce(1)))[1]).to.equal(0x7f);
    await requester.chain(0, 0xffff, heard);
    await check(requester, chain, { slot: 0, summary: 0, heard });
    await requester.connect();
    await requester.sendBytes(digests);
    expect((await requester.send(0xe0, 0, 0))[1]).to.equal(0x60);
    await check(requester, chain, { slot: 0, summary: 0, heard: [] });
    const later = [digests, await requester.sendBytes(digests)];
    expect((await requester.send(0xe0, 0, 0))[1]).to.equal(0x60);
    await check(requester, chain, { slot: 0, summary: 0, heard: later });
  });

  const kinds: readonly (readonly [KeyKind, number, number])[] = [
    ['p384', 0x80, 4],
    ['p256', 0x10, 1],
    ['rsa2048', 0x1, 1],
    ['rsa2048', 0x2, 2],
    ['rsa3072', 0x8, 4],
    ['rsa3072', 0x4, 2],
  ];
  for (const [key, asym, hash] of kinds) {
    it(`spdm signature algorithms: ${key}, algorithm ${asym.toString(16)}, hash ${hash}, openssl finds challenge and measurements right (DSP0274 1.2, Signature generation; openssl-dgst(1))`, async () => {
      const requester = new RawRequester((await makeDevice({ key })).responder, 0x12);
      await requester.connect({ asym, hash });
      expect(requester.signature).to.equal(asym);
      const heard: Buffer[] = [];
      const chain = await requester.chain(0, 0xffff, heard);
      await check(requester, chain, { slot: 0, summary: 0xff, heard });
      await measure(requester, chain, { operation: 0xff, slot: 0, heard: [] });
    });
  }

  it('spdm measurements: how many, one, all, as hashes or as they are (DSP0274 1.2, MEASUREMENTS)', async () => {
    const requester = new RawRequester((await makeDevice()).responder);
    await requester.connect();
    const count = await requester.send(0xe0, 0, 0);
    expect(count.subarray(0, 8).toString('hex')).to.equal('1260040000000000');
    expect(count.length).to.equal(8 + 32 + 2);
    const hashed = measurements.map((one) => block(requester, one.index, false));
    const raw = measurements.map((one) => block(requester, one.index, true));
    for (const [parameter, blocks] of [[0, hashed] as const, [2, raw] as const]) {
      const all = await requester.send(0xe0, parameter, 0xff);
      expect(record(all)).to.deep.equal([4, Buffer.concat(blocks)]);
      for (const [at, { index }] of measurements.entries()) {
        const one = await requester.send(0xe0, parameter, index);
        expect(record(one)).to.deep.equal([1, blocks[at]]);
      }
    }
    for (const index of [3, 4, 0xfe]) {
      expect((await requester.send(0xe0, 0, index)).toString('hex')).to.equal('127f0100');
    }
  });

  for (const version of versions) {
    it(`spdm measurements signed: version 1.${version & 0xf}, over the row of requests (DSP0274 1.2, MEASUREMENTS, L1/L2; openssl-dgst(1))`, async () => {
      const requester = new RawRequester((await makeDevice()).responder, version);
      await requester.connect();
      const slot = version === 0x10 ? 0 : 2;
      const chain = await requester.chain(slot);
      await measure(requester, chain, { operation: 0, slot, heard: [] });
      const heard: Buffer[] = [];
      for (const operation of [0, 1, 2]) {
        await unsigned(requester, operation, heard);
      }
      await measure(requester, chain, { operation: 5, slot, heard });
      await measure(requester, chain, { operation: 0xff, slot, heard: [] });
      await unsigned(requester, 1, []);
      await requester.send(0x81, 0, 0);
      await measure(requester, chain, { operation: 1, slot, heard: [] });
      await unsigned(requester, 1, []);
      expect((await requester.send(0x99, 0, 0))[1]).to.equal(0x7f);
      await measure(requester, chain, { operation: 1, slot, heard: [] });
    });
  }

  it('spdm measurements changed: within a row, the signed answer says so (DSP0274 1.2, MEASUREMENTS, content changed)', async () => {
    const device: Device = await makeDevice();
    const requester = new RawRequester(device.responder);
    await requester.connect();
    const chain = await requester.chain(0);
    const heard: Buffer[] = [];
    await unsigned(requester, 1, heard);
    device.list = measurements.slice(0, 2);
    const changed = await measure(requester, chain, { operation: 1, slot: 0, heard });
    expect(changed[3]).to.equal(0x10);
    const same = await measure(requester, chain, { operation: 1, slot: 0, heard: [] });
    expect(same[3]).to.equal(0x20);
  });

  function block(requester: RawRequester, index: number, asIs: boolean): Buffer {
    const found = measurements.find((one) => one.index === index);
    if (found === undefined) throw new Error('no such measurement');
    const raw = asIs || found.raw === true;
    const value = raw ? Buffer.from(found.value) : requester.digest(found.value);
    const type = found.type | (raw ? 0x80 : 0);
    return Buffer.concat([
      Buffer.of(index, 1),
      u16(3 + value.length),
      Buffer.of(type),
      u16(value.length),
      value,
    ]);
  }

  /** How many blocks, and their bytes. */
  function record(response: Buffer): readonly [number | undefined, Buffer] {
    return [response[4], response.subarray(8, 8 + response.readUIntLE(5, 3))];
  }

  async function unsigned(
    requester: RawRequester,
    operation: number,
    heard: Buffer[],
  ): Promise<void> {
    const tail = requester.version === 0x13 ? [context] : [];
    const request = requester.message(0xe0, 0, operation, ...tail);
    const response = await requester.sendBytes(request);
    expect(response[1]).to.equal(0x60);
    heard.push(request, response);
  }

  /** A signed request behind what was heard. */
  async function measure(
    requester: RawRequester,
    chain: Buffer,
    asked: { operation: number; slot: number; heard: readonly Buffer[] },
  ): Promise<Buffer> {
    const { version } = requester;
    const tail = [
      ...(version === 0x10 ? [] : [asked.slot]),
      ...(version === 0x13 ? [context] : []),
    ];
    const request = requester.message(0xe0, 1, asked.operation, nonce(9), ...tail);
    const response = await requester.sendBytes(request);
    expect(response[1], response.toString('hex')).to.equal(0x60);
    expect((response[3] ?? 0) & 0xf).to.equal(asked.slot);
    const body = response.subarray(0, response.length - requester.signatureSize);
    expect(body.subarray(-8).equals(context)).to.equal(version === 0x13);
    const row = [...asked.heard, request, body];
    const transcript = Buffer.concat(version >= 0x12 ? [...requester.a, ...row] : row);
    const signature = response.subarray(body.length);
    const key = requester.leafKey(chain);
    expect(isSigned(requester, 'measurements', { key, transcript, signature })).to.equal(true);
    return response;
  }

  async function check(
    requester: RawRequester,
    chain: Buffer,
    { slot, summary, heard }: { slot: number; summary: number; heard: readonly Buffer[] },
  ): Promise<void> {
    const { version, hashSize } = requester;
    const tail = version === 0x13 ? [context] : [];
    const request = requester.message(0x83, slot, summary, nonce(7), ...tail);
    const response = await requester.sendBytes(request);
    expect(response[1], response.toString('hex')).to.equal(0x03);
    expect([response[2], response[3]]).to.deep.equal([slot, 5]);
    expect(response.subarray(4, 4 + hashSize)).to.deep.equal(requester.digest(chain));
    const at = 4 + hashSize + 32;
    const first = version >= 0x12 ? 0 : 4;
    const covered = [1, 2, 5, 0xfd].slice(0, summary === 1 ? 2 : 4);
    const blocks = covered.map((index) => block(requester, index, false).subarray(first));
    const hash = summary === 0 ? Buffer.alloc(0) : requester.digest(...blocks);
    expect(response.subarray(at, at + hash.length)).to.deep.equal(hash);
    const body = response.subarray(0, at + hash.length + 2 + (version === 0x13 ? 8 : 0));
    expect(body.subarray(-8).equals(context)).to.equal(version === 0x13);
    const signature = response.subarray(body.length);
    expect(signature.length).to.equal(requester.signatureSize);
    const transcript = Buffer.concat([...requester.a, ...heard, request, body]);
    const key = requester.leafKey(chain);
    expect(isSigned(requester, 'challenge_auth', { key, transcript, signature })).to.equal(true);
    const other = Buffer.concat([transcript, Buffer.of(0)]);
    expect(isSigned(requester, 'challenge_auth', { key, transcript: other, signature })).to.equal(
      false,
    );
  }
});
