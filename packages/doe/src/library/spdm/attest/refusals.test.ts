import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { issue, issueChain, NOW, slotOf, wholeSlot } from '../certificates.test-support.js';
import {
  commonChain,
  deviceOf,
  goodDevice,
  goodPolicy,
  measurementsOf,
  PLAIN_FLAGS,
  SESSION_FLAGS,
  verdictOf,
} from '../device.test-support.js';
import { attest, SeenNonces } from '../index.js';

const row = 'spdm attest refusal';

describe('spdm attest refuses (DSP0274 1.3)', () => {
  it(`${row}: a wrong certificate, whoever issued it, and says which chain it was (RFC 5280, section 6.1)`, async () => {
    const other = await issueChain();
    const device = deviceOf({ slot: wholeSlot(other), key: other.leaf.key });
    const attestation = await attest(device, await goodPolicy());
    expect(attestation).to.include({ verdict: 'refused', reason: 'doe.spdm-untrusted' });
    expect(attestation.detail).to.contain('does not come from a root that is trusted');
    expect(attestation.chain).to.have.length(3);
    expect(attestation.measurements).to.deep.equal([]);
    expect(device.asked).not.to.include(0x83);
  });

  it(`${row}: a device that has not the key of its certificate (DSP0274 1.3, CHALLENGE_AUTH)`, async () => {
    const chain = await commonChain();
    const thief = await issue({ name: 'Leaf' });
    const device = deviceOf({ slot: wholeSlot(chain), key: thief.key });
    expect(await verdictOf(device)).to.equal('doe.spdm-signature');
  });

  it(`${row}: a changed measurement, a missing one, and one that nobody expects (own rule)`, async () => {
    const changed = await goodDevice({ measurements: measurementsOf('rom', 'malware', 'config') });
    const attestation = await attest(changed, await goodPolicy());
    expect(attestation.reason).to.equal('doe.spdm-measurement');
    expect(attestation.measurements.map(({ ok }) => ok)).to.deep.equal([true, false, true]);
    const fewer = await goodDevice({ measurements: measurementsOf('rom', 'firmware') });
    expect(await verdictOf(fewer)).to.equal('doe.spdm-measurement-missing');
    const more = measurementsOf('rom', 'firmware', 'config', 'more');
    const wider = await goodDevice({ measurements: more });
    expect(await verdictOf(wider)).to.equal('doe.spdm-measurement-unlisted');
    expect(await verdictOf(wider, { allowUnlisted: true })).to.equal('trusted');
  });

  it(`${row}: a chain that is cut off, also if the device says so consistently (DSP0274 1.3, Certificate chain format)`, async () => {
    const { root, middle, leaf } = await commonChain();
    const whole = slotOf('sha256', root.der, [root.der, middle.der, leaf.der]);
    const shorter = Buffer.from(whole.subarray(0, -40));
    shorter.writeUInt16LE(shorter.length);
    const noLeaf = slotOf('sha256', root.der, [root.der, middle.der]);
    for (const slot of [whole.subarray(0, -40), shorter, noLeaf]) {
      const device = deviceOf({ slot, key: leaf.key });
      expect(await verdictOf(device)).to.equal('doe.spdm-chain-truncated');
    }
  });

  it(`${row}: an answer to an earlier challenge, recognized without knowing that one (DSP0274 1.3, CHALLENGE_AUTH, Nonce)`, async () => {
    for (const version of [0x11, 0x12]) {
      const device = await goodDevice({ versions: [version] });
      let old: Buffer | undefined;
      device.twist(0x83, (answer) => (old ??= answer));
      expect(await verdictOf(device)).to.equal('trusted');
      expect(await verdictOf(device)).to.equal('doe.spdm-replayed');
    }
  });

  it(`${row}: old answers of which each comes once, if their nonces are remembered (own rule)`, async () => {
    const nonces = new SeenNonces();
    const device = await goodDevice({ versions: [0x12] });
    const old: Buffer[] = [];
    device.twist(0x83, (answer) => void old.push(answer));
    expect(await verdictOf(device, { nonces })).to.equal('trusted');
    expect(await verdictOf(device, { nonces })).to.equal('trusted');
    device.twist(0x83, () => old.shift());
    expect(await verdictOf(device, { nonces })).to.equal('doe.spdm-replayed');
    expect(await verdictOf(device)).to.equal('doe.spdm-signature');
  });

  it(`${row}: from version 1.3 on an answer with the context of another request (DSP0274 1.3, CHALLENGE_AUTH, RequesterContext)`, async () => {
    for (const code of [0x83, 0xe0]) {
      const device = await goodDevice({ versions: [0x13] });
      const old: Buffer[] = [];
      device.twist(code, (answer) => void old.push(answer));
      expect(await verdictOf(device)).to.equal('trusted');
      device.twist(code, () => old.shift());
      expect(await verdictOf(device)).to.equal('doe.spdm-replayed');
    }
  });

  it(`${row}: a device that uses one nonce for challenge and measurements (DSP0274 1.3, MEASUREMENTS, Nonce)`, async () => {
    const device = await goodDevice({ nonce: () => Buffer.alloc(32, 7) });
    expect(await verdictOf(device)).to.equal('doe.spdm-replayed');
  });

  it(`${row}: a digest that is not that of the chain (DSP0274 1.3, DIGESTS)`, async () => {
    const device = await goodDevice();
    device.twist(0x81, (answer) => {
      answer[answer.length - 1]! ^= 1;
      return answer;
    });
    expect(await verdictOf(device)).to.equal('doe.spdm-digest');
  });

  it(`${row}: a summary of other measurements than are there (DSP0274 1.3, MeasurementSummaryHash)`, async () => {
    const device = await goodDevice();
    device.summary = () => Buffer.alloc(32, 1);
    expect(await verdictOf(device)).to.equal('doe.spdm-summary');
  });

  it(`${row}: a slot without a chain (DSP0274 1.3, DIGESTS)`, async () => {
    expect(await verdictOf(await goodDevice(), { slot: 3 })).to.equal('doe.spdm-slot-empty');
  });

  it(`${row}: measurements that are not signed, and a device that cannot show that it has the key (own rule)`, async () => {
    const unsigned = (PLAIN_FLAGS & ~0x10) | 0x08;
    expect(await verdictOf(await goodDevice({ flags: unsigned }))).to.equal('doe.spdm-unsigned');
    const mute = await goodDevice({ flags: 0x02 });
    expect(await verdictOf(mute)).to.equal('doe.spdm-capability');
    const unmeasured = await goodDevice({ flags: 0x06 });
    expect(await verdictOf(unmeasured)).to.equal('doe.spdm-measurement-missing');
    expect(await verdictOf(unmeasured, { measurements: {} })).to.equal('trusted');
  });

  it(`${row}: a session that the policy asks for and the device does not have; inside of one unsigned measurements do (own rule)`, async () => {
    const plain = await goodDevice({ flags: PLAIN_FLAGS });
    expect(await verdictOf(plain, { session: true })).to.equal('doe.spdm-capability');
    const unsigned = await goodDevice({ flags: (SESSION_FLAGS & ~0x10) | 0x08 });
    expect(await verdictOf(unsigned, { session: true })).to.equal('trusted');
  });

  it(`${row}: whatever the transport fails with is the reason, and the caller's own mistakes are thrown (own rule)`, async () => {
    const device = await goodDevice();
    expect(await verdictOf(device.instead(0x81, () => device.error(0x05)))).to.equal(
      'doe.spdm-error-unspecified',
    );
    const policy = await goodPolicy();
    const thrown = async (changes: object) =>
      attest(device, { ...policy, ...changes }).then(
        () => 'none',
        (error: unknown) => (error as Error).name,
      );
    expect(await thrown({ slot: 8 })).to.equal('RangeError');
    expect(await thrown({ roots: ['x'] })).to.equal('TypeError');
    expect(await thrown({ measurements: { 1: 'xyz' } })).to.equal('TypeError');
    expect(await thrown({ measurements: { 255: '00' } })).to.equal('RangeError');
    expect(await thrown({ signal: AbortSignal.abort() })).to.equal('MdevError');
  });

  it(`${row}: any bit of any answer that is changed, as signatures are over everything that was said (DSP0274 1.3, Signature generation)`, async () => {
    for (const version of [0x10, 0x11, 0x12, 0x13]) {
      const { root } = await commonChain();
      await fc.assert(
        fc.asyncProperty(fc.nat(0xffff), fc.nat(0xffff), fc.nat(7), async (which, where, bit) => {
          const device = await goodDevice({ versions: [version], portion: 2000 });
          const codes = [0x84, 0xe1, 0xe3, 0x81, 0x82, 0x83, 0xe0];
          device.twist(codes[which % codes.length]!, (answer) => {
            answer[where % answer.length]! ^= 1 << bit;
            return answer;
          });
          const { verdict } = await attest(device, {
            roots: [root.der],
            now: NOW,
            measurements: {},
            allowUnlisted: true,
            limits: { busyRetries: 0, readyRetries: 0 },
          });
          expect(verdict).to.equal('refused');
        }),
        { seed: 20261121, numRuns: 120 },
      );
    }
  });
});
