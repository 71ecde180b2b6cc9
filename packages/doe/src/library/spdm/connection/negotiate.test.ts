import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  commonChain,
  deviceOf,
  goodDevice,
  PLAIN_FLAGS,
  SESSION_FLAGS,
} from '../device.test-support.js';
import { wholeSlot } from '../certificates.test-support.js';
import { SpdmRequester, type SpdmOptions } from '../index.js';
import type { DeviceScript, Twist } from '../scripted-device.test-support.js';

async function connected(
  script: Partial<DeviceScript> = {},
  options: SpdmOptions = {},
  twists: readonly (readonly [number, Twist])[] = [],
): Promise<SpdmRequester | string> {
  const device = await goodDevice(script);
  for (const [code, twist] of twists) {
    device.twist(code, twist);
  }
  return settled(SpdmRequester.connect(device, options));
}

async function versionOf(versions: number[], options: SpdmOptions = {}): Promise<unknown> {
  const requester = await connected({ versions }, options);
  return typeof requester === 'string' ? requester : requester.version;
}

describe('spdm connect (DSP0274 1.3, VERSION, CAPABILITIES, ALGORITHMS)', () => {
  it('spdm requester version: the highest that both have and the caller allows (DSP0274 1.3, VERSION)', async () => {
    expect(await versionOf([0x10, 0x11, 0x12, 0x13])).to.equal(0x13);
    expect(await versionOf([0x13, 0x11, 0x10])).to.equal(0x13);
    expect(await versionOf([0x10, 0x14])).to.equal(0x10);
    expect(await versionOf([0x12, 0x13], { versions: [0x10, 0x11, 0x12] })).to.equal(0x12);
    expect(await versionOf([0x13], { versions: [0x12] })).to.equal(
      'EPROTONOSUPPORT doe.spdm-no-version',
    );
    expect(await versionOf([0x14, 0x20])).to.equal('EPROTONOSUPPORT doe.spdm-no-version');
    expect(await versionOf([])).to.equal('EBADMSG doe.spdm-malformed');
  });

  it('spdm requester version: a list that is longer than the message is malformed (DSP0274 1.3, VERSION)', async () => {
    const lie: Twist = (answer) => (answer.set([200], 5), answer);
    expect(await connected({}, {}, [[0x84, lie]])).to.equal('EBADMSG doe.spdm-malformed');
  });

  it('spdm requester capabilities: those that contradict each other are refused (DSP0274 1.3, CAPABILITIES)', async () => {
    const refused = 'EPROTO doe.spdm-capabilities';
    for (const flags of [
      0x1e, // two kinds of measurements
      0x04, // challenge without certificates
      PLAIN_FLAGS | 0x40, // encryption without a key exchange
      PLAIN_FLAGS | 0x200, // a key exchange without protection
      PLAIN_FLAGS | 0x2000, // heartbeats without sessions
    ]) {
      expect(await connected({ flags }), flags.toString(16)).to.equal(refused);
    }
    expect(await connected({ flags: 0x2006, versions: [0x10] })).not.to.be.a('string');
  });

  it('spdm requester capabilities: transfers of a device have a least size, and messages are no longer without chunks (DSP0274 1.3, CAPABILITIES, DataTransferSize)', async () => {
    const sizes =
      (transfer: number, message: number): Twist =>
      (answer) => {
        answer.writeUInt32LE(transfer, 12);
        answer.writeUInt32LE(message, 16);
        return answer;
      };
    for (const [transfer, message] of [
      [41, 41],
      [100, 99],
      [100, 101],
    ] as const) {
      expect(await connected({}, {}, [[0xe1, sizes(transfer, message)]])).to.equal(
        'EPROTO doe.spdm-capabilities',
      );
    }
    const exponent: Twist = (answer) => (answer.set([32], 5), answer);
    expect(await connected({}, {}, [[0xe1, exponent]])).to.equal('EPROTO doe.spdm-capabilities');
    expect(await connected({}, {}, [[0xe1, sizes(43, 43)]])).to.equal(
      'EMSGSIZE doe.spdm-request-size',
    );
  });

  it('spdm requester algorithms: what the device selects was offered, and is one of each (DSP0274 1.3, ALGORITHMS)', async () => {
    const patch =
      (at: number, ...bytes: number[]): Twist =>
      (answer) => (answer.set(bytes, at), answer);
    const cases: readonly (readonly [Twist, SpdmOptions])[] = [
      [patch(12, 0x30), {}], // two signatures
      [patch(12, 0), {}], // none
      [patch(13, 1), {}], // also P-521
      [patch(12, 0, 1), {}], // P-521 alone
      [patch(16, 0x03), {}], // two hashes
      [patch(16, 0x08), {}], // SHA-3
      [patch(7, 0x06), {}], // other parameters
      [patch(6, 0), {}], // no measurement specification
      [patch(8, 0), {}], // no measurement hash
      [patch(8, 6), {}], // two
      [patch(38, 0x18), {}], // two groups
      [patch(38, 0x20), {}], // a group that was not offered
      [patch(42, 0x06), {}], // two ciphers
      [patch(12, 0x80), { algorithms: { signatures: ['ecdsa-p256'] } }],
      [patch(16, 0x02), { algorithms: { hashes: ['sha256', 'sha512'] } }],
      [patch(38, 0x10), { algorithms: { dheGroups: ['p256'] } }],
      [patch(42, 0x01), { algorithms: { aeads: ['aes-256-gcm'] } }],
    ];
    for (const [index, [twist, options]] of cases.entries()) {
      expect(await connected({}, options, [[0xe3, twist]]), `case ${index}`).to.equal(
        'EPROTO doe.spdm-not-offered',
      );
    }
    const length: Twist = (answer) => (answer.writeUInt16LE(40, 4), answer);
    expect(await connected({}, {}, [[0xe3, length]])).to.equal('EBADMSG doe.spdm-malformed');
  });

  it('spdm requester algorithms: only what is preferred is offered, sessions only to devices that have them (DSP0274 1.3, NEGOTIATE_ALGORITHMS)', async () => {
    const offers = async (flags: number, options: SpdmOptions): Promise<readonly unknown[]> => {
      const device = await goodDevice({ flags });
      await SpdmRequester.connect(device, options);
      const [, capabilities, request] = device.requests;
      return [
        capabilities!.readUInt32LE(8),
        request!.readUInt32LE(8),
        request!.readUInt32LE(12),
        request!.subarray(32).toString('hex'),
      ];
    };
    const algorithms = {
      hashes: ['sha256'],
      signatures: ['ecdsa-p256', 'rsa-pss-3072'],
      dheGroups: ['p256'],
      aeads: ['aes-256-gcm'],
    } as const;
    const structs = '02200800' + '03200200' + '05200100';
    expect(await offers(SESSION_FLAGS, { algorithms })).to.deep.equal([0x62c0, 0x18, 1, structs]);
    expect(await offers(SESSION_FLAGS, { algorithms, sessions: false })).to.deep.equal([
      0,
      0x18,
      1,
      '',
    ]);
    expect(await offers(PLAIN_FLAGS, {})).to.deep.equal([0x62c0, 0xff, 7, '']);
  });

  it('spdm requester algorithms: every signature and hash verifies (DSP0274 1.3, Signature generation)', async () => {
    const cases = [
      ['P-256', 0x10, 'ecdsa', 'sha512', 'ecdsa-p256'],
      ['P-384', 0x80, 'ecdsa', 'sha384', 'ecdsa-p384'],
      ['RSA-2048', 0x01, 'ssa', 'sha256', 'rsa-ssa-2048'],
      ['RSA-2048', 0x02, 'pss', 'sha384', 'rsa-pss-2048'],
    ] as const;
    for (const [algorithm, asym, signing, hash, name] of cases) {
      const chain = await commonChain(algorithm);
      for (const versions of [[0x11], [0x12]]) {
        const device = deviceOf(
          { slot: wholeSlot(chain, hash), key: chain.leaf.key },
          { asym, signing, hash, versions },
        );
        const requester = await SpdmRequester.connect(device);
        expect(requester.algorithms).to.include({ hash, signature: name });
        const now = new Date('2030-01-01');
        const identity = await requester.identify(0, { roots: [chain.root.der], now });
        await requester.challenge(identity);
        const { isSigned } = await requester.measurements({ signer: identity });
        expect(isSigned).to.equal(true);
      }
    }
  });
});
