import { expect } from 'chai';
import { describe, it } from 'mocha';
import { goodDevice, PLAIN_FLAGS, SESSION_FLAGS, verdictOf } from '../device.test-support.js';
import type { ScriptedDevice } from '../scripted-device.test-support.js';

/** CHAL_CAP. */
const CHALLENGES = 0x04;

/** Somebody between both sides: one version is left, and one hash; and without CHALLENGE, if wanted. */
function downgrade(device: ScriptedDevice, version: number, cleared: number): ScriptedDevice {
  const exchange = device.exchange.bind(device);
  device.exchange = async (vendor, type, payload) => {
    const request = Buffer.from(payload);
    if (type === 1 && request[1] === 0xe3) {
      request.writeUInt32LE(1, 12);
    }
    const answer = Buffer.from(await exchange(vendor, type, request));
    if (type === 1 && answer[1] === 0x04) {
      return Buffer.of(0x10, 4, 0, 0, 0, 1, 0, version);
    }
    if (type === 1 && answer[1] === 0x61) {
      answer.writeUInt32LE(answer.readUInt32LE(8) & ~cleared, 8);
    }
    return answer;
  };
  return device;
}

const row = 'spdm attest refusal';

describe('spdm attest: who changes what was negotiated (DSP0274 1.3, Signature generation)', () => {
  it(`${row}: below version 1.2 measurements alone show nothing of the negotiation (bug; DSP0274 1.1, MEASUREMENTS, L1)`, async () => {
    for (const [version, expected] of [
      [0x10, 'doe.spdm-capability'],
      [0x11, 'doe.spdm-capability'],
      [0x12, 'trusted'],
      [0x13, 'trusted'],
    ] as const) {
      const device = await goodDevice({ versions: [version], flags: PLAIN_FLAGS & ~CHALLENGES });
      expect(await verdictOf(device), `${version}`).to.equal(expected);
    }
    const flags = SESSION_FLAGS & ~CHALLENGES;
    const device = await goodDevice({ versions: [0x11], flags });
    expect(await verdictOf(device, { session: true }), 'a session does').to.equal('trusted');
  });

  it(`${row}: a version, a challenge and hashes that somebody has cut off on the way (bug; DSP0274 1.3, CHALLENGE_AUTH, M1)`, async () => {
    for (const version of [0x10, 0x11, 0x12, 0x13]) {
      for (const cleared of [0, CHALLENGES]) {
        const device = downgrade(await goodDevice(), version, cleared);
        expect(await verdictOf(device), `${version} ${cleared}`).to.equal(
          version < 0x12 && cleared !== 0 ? 'doe.spdm-capability' : 'doe.spdm-signature',
        );
      }
      if (version > 0x10) {
        const device = downgrade(await goodDevice(), version, CHALLENGES);
        expect(await verdictOf(device, { session: true })).to.equal('doe.spdm-signature');
      }
    }
  });

  it(`${row}: versions that the caller does not allow are not spoken, whoever cuts off the others (own rule)`, async () => {
    const device = downgrade(await goodDevice(), 0x11, CHALLENGES);
    expect(await verdictOf(device, { versions: [0x12, 0x13] })).to.equal('doe.spdm-no-version');
    expect(device.asked).to.deep.equal([0x84]);
  });
});
