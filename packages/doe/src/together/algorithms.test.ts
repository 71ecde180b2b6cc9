import { ManualClock } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  fixedMeasurements,
  issueAuthority,
  issueIdentity,
  SpdmResponder,
  type KeyKind,
  type SpdmResponderOptions,
} from '../driver/index.js';
import { attest, type AttestationPolicy, type DoeTransport } from '../library/index.js';
import { measured, validity } from './fixture.test-support.js';

/** Straight from the requester to the features, without registers between. */
function straight(responder: SpdmResponder): DoeTransport {
  const features = [responder.cma, responder.secured];
  return {
    async exchange(vendor, type, payload) {
      const feature = features.find((one) => one.vendor === vendor && one.type === type);
      const padded = new Uint8Array(Math.ceil(payload.length / 4) * 4);
      padded.set(payload);
      const call = { at: 0x140, signal: new AbortController().signal };
      const answer = await feature?.handle(padded, call);
      if (answer === undefined) {
        throw new Error('no response');
      }
      const whole = new Uint8Array(Math.ceil(answer.length / 4) * 4);
      whole.set(answer);
      return whole;
    },
  };
}

async function attestWith(
  key: KeyKind,
  device: Partial<SpdmResponderOptions>,
  policy: Partial<AttestationPolicy>,
): Promise<Awaited<ReturnType<typeof attest>>> {
  const authority = await issueAuthority({ validity, key });
  const identity = await issueIdentity({ authority, validity, key });
  const responder = new SpdmResponder({
    slots: { 0: identity },
    clock: new ManualClock(),
    measurements: fixedMeasurements(measured),
    ...device,
  });
  return attest(straight(responder), {
    roots: [authority.certificate],
    now: new Date('2027-01-01T00:00:00Z'),
    measurements: Object.fromEntries(measured.map(({ index, value }) => [index, { raw: value }])),
    ...policy,
  });
}

describe('both sides of SPDM, every version and algorithm', () => {
  for (const [version, text, session] of [
    [0x10, '1.0', false],
    [0x11, '1.1', true],
    [0x12, '1.2', true],
    [0x13, '1.3', true],
  ] as const) {
    it(`spdm together version: ${text} attests${session ? ', in a session as well' : ''} (DSP0274 ${text})`, async () => {
      const result = await attestWith('p384', { versions: [version] }, { session });
      expect(result.reason).to.equal(undefined);
      expect(result).to.include({ verdict: 'trusted', version: text });
    });
  }

  it('spdm together version: the highest one that both have is spoken (DSP0274 1.3, VERSION)', async () => {
    const device = { versions: [0x10, 0x11, 0x12] as const };
    expect(await attestWith('p256', device, { versions: [0x11, 0x12, 0x13] })).to.include({
      version: '1.2',
    });
    expect(await attestWith('p256', device, { versions: [0x13] })).to.include({
      verdict: 'refused',
      reason: 'doe.spdm-no-version',
    });
  });

  for (const key of ['p256', 'p384', 'rsa2048', 'rsa3072'] as const) {
    for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
      it(`spdm together algorithms: ${key} with ${hash} (DSP0274 1.3, NEGOTIATE_ALGORITHMS)`, async () => {
        const result = await attestWith(key, { hashes: [hash] }, { session: true });
        expect(result.reason).to.equal(undefined);
        expect(result.algorithms).to.include({ hash });
      });
    }
  }

  for (const dhe of ['prime256v1', 'secp384r1'] as const) {
    for (const aead of ['aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305'] as const) {
      it(`spdm together session: ${dhe} with ${aead} (DSP0277 1.1)`, async () => {
        const result = await attestWith('p256', { dhe: [dhe], aead: [aead] }, { session: true });
        expect(result.reason).to.equal(undefined);
        expect(result.algorithms).to.include({ aead });
      });
    }
  }
});
