import { expect } from 'chai';
import { describe, it } from 'mocha';
import { goodDevice, goodPolicy, PLAIN_FLAGS } from '../device.test-support.js';
import { attest } from './index.js';

describe('spdm attest (DSP0274 1.3)', () => {
  for (const version of [0x10, 0x11, 0x12, 0x13]) {
    it(`spdm attest: a device of version 1.${version & 0xf} that fits the policy is trusted (DSP0274 1.3, sections of the messages)`, async () => {
      const device = await goodDevice({ versions: [version] });
      const session = version >= 0x11;
      const attestation = await attest(device, await goodPolicy({ session }));
      expect(attestation).to.include({ verdict: 'trusted', version: `1.${version & 0xf}` });
      expect(attestation.chain.map(({ subject }) => subject)).to.deep.equal([
        'CN=Root',
        'CN=Middle',
        'CN=Leaf',
      ]);
      expect(attestation.measurements.map(({ ok, type }) => [ok, type])).to.deep.equal([
        [true, 'rom'],
        [true, 'firmware'],
        [true, 'hardware-config'],
      ]);
      expect(attestation.session !== undefined).to.equal(session);
    });
  }

  it('spdm attest: without sessions a device needs none (own rule)', async () => {
    const device = await goodDevice({ flags: PLAIN_FLAGS });
    expect(await attest(device, await goodPolicy())).to.include({ verdict: 'trusted' });
  });
});
