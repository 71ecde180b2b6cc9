import { expect } from 'chai';
import { describe, it } from 'mocha';
import { nonce, u32 } from './raw-requester.test-support.js';
import {
  capabilitiesCode,
  connected,
  hex,
  later,
  refused,
  requesterOf,
  versions,
} from './refused.test-support.js';

describe('spdm responder: what is refused before it is negotiated', () => {
  it('spdm order: before VERSION, CAPABILITIES and ALGORITHMS everything else is unexpected (DSP0274 1.2, section 10.1)', async () => {
    for (const version of versions) {
      const requester = await requesterOf(version);
      const others = [0x81, 0x82, 0x83, 0xe0, 0xe4, 0xe5, 0xe8, 0xe9, 0xec];
      for (const code of [0xe1, 0xe3, ...others]) {
        expect(await refused(requester, code, 0, 0)).to.equal('107f0400');
      }
      await requester.getVersion();
      for (const code of [0xe3, ...others]) {
        expect(await refused(requester, code, 0, 0)).to.equal('107f0400');
      }
      await requester.sendBytes(requester.getCapabilitiesRequest());
      for (const code of others) {
        expect(await refused(requester, code, 0, 0)).to.equal(`${hex(version)}7f0400`);
      }
    }
  });

  it('spdm version mismatch: GET_VERSION of another version than 1.0, and nothing is forgotten (DSP0274 1.2, GET_VERSION)', async () => {
    const requester = await connected(0x12);
    expect(await refused(requester, 0x84, 0, 0)).to.equal('127f4100');
    expect((await requester.send(0x81, 0, 0))[1]).to.equal(0x01);
    const fresh = await requesterOf(0x13);
    expect(await refused(fresh, 0x84, 0, 0)).to.equal('107f4100');
  });

  it('spdm version mismatch: another than negotiated is a VersionMismatch in the negotiated one (DSP0274 1.2, ERROR)', async () => {
    for (const version of versions) {
      const requester = await requesterOf(version);
      await requester.getVersion();
      for (const wrong of [0x0f, 0x14, 0x20]) {
        const request = requester.getCapabilitiesRequest();
        request[0] = wrong;
        expect((await requester.sendBytes(request)).toString('hex')).to.equal('107f4100');
      }
      await requester.sendBytes(requester.getCapabilitiesRequest());
      for (const wrong of [version - 1, version + 1]) {
        const request = requester.algorithmsRequest();
        request[0] = wrong;
        expect((await requester.sendBytes(request)).toString('hex')).to.equal(
          `${hex(version)}7f4100`,
        );
      }
      await requester.connect();
      for (const code of [0x81, 0x82, 0x83, 0xe0, 0xe4, 0xe5, 0xe8, 0xe9, 0xec]) {
        for (const wrong of [version - 1, version + 1]) {
          const answer = await requester.sendBytes(Buffer.of(wrong, code, 0, 0));
          expect(answer.toString('hex')).to.equal(`${hex(version)}7f4100`);
        }
      }
    }
  });

  it('spdm capabilities refused: version 1.3, signed endpoint information without a key, supported algorithms without chunks (DSP0274 1.3, GET_CAPABILITIES, EP_INFO_CAP, Param1) (bug; B8)', async () => {
    for (const [flags, code] of [
      [0x80_0000, 0x7f],
      [0xc0_0006, 0x7f],
      [0x40_0000, 0x61],
      [0x80_0006, 0x61],
      [0x81_0004, 0x61],
    ] as const) {
      expect(await capabilitiesCode(0x13, flags), flags.toString(16)).to.equal(code);
      expect(await capabilitiesCode(0x12, flags)).to.equal(0x61);
    }
    for (const version of later) {
      for (const flags of [0x6, 0x2_0006]) {
        const requester = await requesterOf(version);
        await requester.getVersion();
        const request = requester.getCapabilitiesRequest({ flags });
        request[2] = 1;
        const answer = await requester.sendBytes(request);
        const wrong = version === 0x13 && flags === 0x6;
        expect(answer.subarray(1, 3)).to.deep.equal(
          wrong ? Buffer.of(0x7f, 1) : Buffer.of(0x61, 0),
        );
      }
    }
  });

  it('spdm capabilities refused: flags that contradict each other, InvalidRequest in the version asked for (DSP0274 1.2, GET_CAPABILITIES, flags)', async () => {
    const good = [0x0, 0x6, 0x62c6, 0xa2c6, 0x246, 0x282, 0x16c0, 0x7386];
    const bad = [
      ...[0x7306, 0x71c6, 0x8006, 0x2006, 0x4006, 0x40, 0x80, 0x206, 0x200],
      ...[0xc46, 0x846, 0xc06, 0x406, 0x1_0006, 0x1_0002, 0x2, 0x4, 0x100],
    ];
    for (const version of later) {
      for (const flags of bad) {
        const requester = await requesterOf(version);
        await requester.getVersion();
        const answer = await requester.sendBytes(requester.getCapabilitiesRequest({ flags }));
        expect(answer.toString('hex'), flags.toString(16)).to.equal(`${hex(version)}7f0100`);
        const again = await requester.sendBytes(requester.getCapabilitiesRequest());
        expect(again[1]).to.equal(0x61);
      }
      for (const flags of good) {
        const requester = await requesterOf(version);
        await requester.getVersion();
        const answer = await requester.sendBytes(requester.getCapabilitiesRequest({ flags }));
        expect(answer[1], flags.toString(16)).to.equal(0x61);
      }
    }
    expect(await capabilitiesCode(0x11, 0x63c6)).to.equal(0x7f);
    expect(await capabilitiesCode(0x12, 0x63c6)).to.equal(0x61);
    for (const flags of [0xc0_0006, 0x0c00_0006, 0x0401_0004, 0x0200_0006]) {
      expect(await capabilitiesCode(0x12, flags)).to.equal(0x61);
      expect(await capabilitiesCode(0x13, flags)).to.equal(0x7f);
    }
  });

  it('spdm transfer sizes: 41, more than the message, less than it without chunks (DSP0274 1.2, GET_CAPABILITIES, DataTransferSize)', async () => {
    const sizes: readonly (readonly [number, number, number, boolean])[] = [
      [41, 41, 0, false],
      [42, 42, 0, true],
      [101, 100, 0, false],
      [99, 100, 0, false],
      [99, 100, 0x2_0000, true],
      [101, 100, 0x2_0000, false],
      [41, 100, 0x2_0000, false],
    ];
    for (const [transfer, most, chunk, right] of sizes) {
      const requester = await requesterOf(0x12);
      await requester.getVersion();
      const flags = u32(0x62c6 | chunk);
      const request = [0xe1, 0, 0, u32(0), flags, u32(transfer), u32(most)];
      const answer = await requester.send(...request);
      expect(answer.subarray(0, 3).toString('hex')).to.equal(right ? '126100' : '127f01');
    }
    const slow = await requesterOf(0x12);
    await slow.getVersion();
    const request = slow.getCapabilitiesRequest();
    request[5] = 32;
    expect((await slow.sendBytes(request)).toString('hex')).to.equal('127f0100');
  });

  it('spdm repeats: of GET_CAPABILITIES and NEGOTIATE_ALGORITHMS, the same again, another is unexpected (DSP0274 1.2, GET_CAPABILITIES, NEGOTIATE_ALGORITHMS)', async () => {
    for (const version of versions) {
      const requester = await connected(version);
      const [, , capabilities, first, algorithms, second] = requester.a;
      for (let time = 0; time < 2; time += 1) {
        expect(await requester.sendBytes(capabilities ?? nonce(0))).to.deep.equal(first);
        expect(await requester.sendBytes(algorithms ?? nonce(0))).to.deep.equal(second);
      }
      const changed = Buffer.from(capabilities ?? nonce(0));
      changed[3] = 1;
      expect((await requester.sendBytes(changed)).toString('hex')).to.equal(
        `${hex(version)}7f0400`,
      );
      const other = requester.algorithmsRequest({ hash: 1 });
      expect((await requester.sendBytes(other)).toString('hex')).to.equal(`${hex(version)}7f0400`);
      expect((await requester.send(0x81, 0, 0))[1]).to.equal(0x01);
    }
  });

  it('spdm algorithms refused: a wrong layout, InvalidRequest, and the right one is answered after it (DSP0274 1.2, NEGOTIATE_ALGORITHMS)', async () => {
    const spoils: readonly (readonly [number, (request: Buffer) => void])[] = [
      [0x10, (request) => request.writeUInt16LE(request.length - 1, 4)],
      [0x10, (request) => request.writeUInt16LE(request.length + 1, 4)],
      [0x10, (request) => (request[28] = 21)],
      [0x10, (request) => (request[29] = 21)],
      [0x11, (request) => (request[33] = 0x10)],
      [0x11, (request) => (request[33] = 0x30)],
      [0x11, (request) => (request[33] = 0x2f)],
      [0x11, (request) => (request[32] = 3)],
      [0x11, (request) => (request[32] = 6)],
      [0x11, (request) => (request[2] = 4)],
      [0x10, (request) => request.writeUInt32LE(0x100, 8)],
      [0x10, (request) => request.writeUInt32LE(0x38, 12)],
    ];
    for (const version of versions) {
      for (const [since, spoil] of spoils.filter(([first]) => first <= version)) {
        const requester = await requesterOf(version);
        await requester.getVersion();
        await requester.sendBytes(requester.getCapabilitiesRequest());
        const request = requester.algorithmsRequest();
        spoil(request);
        const answer = await requester.sendBytes(request);
        expect(answer.toString('hex'), `${since} ${spoil.toString()}`).to.equal(
          `${hex(version)}7f0100`,
        );
        expect((await requester.sendBytes(requester.algorithmsRequest()))[1]).to.equal(0x63);
      }
    }
  });
});
