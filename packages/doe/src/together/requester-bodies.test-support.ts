import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import { before, it } from 'mocha';
import { featureName } from '../abi/index.js';
import { functionCapabilities, type DoeDriverOptions } from '../driver/index.js';
import {
  attest,
  deviceConfig,
  parseCdat,
  readCdat,
  readDeviceName,
  type AttestationPolicy,
} from '../library/index.js';
import { Bench, makeTrust, type Connect } from './fixture.test-support.js';

const { attestation, table, compliance } = functionCapabilities;

/** What a requester does with a device, however far away the device is. */
export function requesterBodies(connect: Connect): void {
  let options: DoeDriverOptions;
  let policy: AttestationPolicy;

  before(async () => {
    ({ options, policy } = await makeTrust());
  });

  it('doe together discovery: every capability is found, and what the registers may ask of each (PCI Express Base Specification 6.1, section 6.30.1.1)', async () => {
    await using bench = await Bench.open(connect, options, 'function');
    const found = bench.mailboxes.map(({ at, version, features }) => ({
      at,
      version,
      features: features.map(featureName),
    }));
    expect(found).to.deep.equal([
      { at: attestation.at, version: 2, features: ['0001:00', '0001:01', '0001:02'] },
      { at: table.at, version: 2, features: ['0001:00', '1e98:02'] },
      { at: compliance.at, version: 2, features: ['0001:00'] },
    ]);
  });

  it('doe together cdat: the table that is read is the one that was declared (CDAT 1.04, section 2)', async () => {
    await using bench = await Bench.open(connect, options, 'function');
    const bytes = await readCdat(bench.at(table.at));
    expect(bytes).to.have.length(160);
    expect(parseCdat(bytes).structures[0]).to.include({ kind: 'dsmas', length: 256n << 20n });
  });

  it('doe together attest: the device is trusted, by its name in config space, in a session as well (DSP0274 1.3)', async () => {
    await using bench = await Bench.open(connect, options, 'function');
    const device = await readDeviceName(deviceConfig(bench.device));
    const result = await attest(bench.at(attestation.at), { ...policy, device, session: true });
    expect(result).to.include({ verdict: 'trusted', version: '1.3' });
    expect(result.chain.map(({ subject }) => subject)).to.deep.equal([
      'CN=mdevkit root',
      'CN=mdevkit intermediate',
      'CN=mdevkit device',
    ]);
    expect(result.measurements.map(({ index, ok }) => [index, ok])).to.deep.equal([
      [1, true],
      [5, true],
    ]);
    expect(result.session).to.not.equal(undefined);
  });

  it('doe together attest: once more after a reset, and by two requesters in turn (PCI Express Base Specification 6.0, section 6.6.2)', async () => {
    await using bench = await Bench.open(connect, options, 'function');
    const mailbox = bench.at(attestation.at);
    expect((await attest(mailbox, policy)).verdict).to.equal('trusted');
    await bench.device.reset();
    const both = await Promise.all([readCdat(bench.at(table.at)), attest(mailbox, policy)]);
    expect(both[1].verdict).to.equal('trusted');
    expect((await attest(mailbox, { ...policy, session: true })).verdict).to.equal('trusted');
  });

  it('doe together unknown: a feature that is withheld is not even asked for (Linux drivers/pci/doe.c, pci_doe: EINVAL)', async () => {
    await using bench = await Bench.open(connect, options, 'function');
    const reason = await bench
      .at(compliance.at)
      .exchange(0x1e98, 0, new Uint8Array(4))
      .then(
        () => 'none',
        (error: unknown) => (MdevError.is(error) ? error.code : String(error)),
      );
    expect(reason).to.equal('EINVAL');
  });

  it('doe together cxl: the memory device has its tables as well (CXL 3.1, section 8.1.11.1)', async () => {
    await using bench = await Bench.open(connect, options, 'cxl-type3');
    const [mailbox] = bench.mailboxes;
    expect(mailbox).to.not.equal(undefined);
    if (mailbox !== undefined) {
      expect(await readCdat(mailbox)).to.have.length(160);
    }
  });
}
