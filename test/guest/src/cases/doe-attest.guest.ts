import { attest, functionCapabilities } from '@mdevkit/doe';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { attestedFunction, type Attested } from '../devices/index.js';
import { rootPorts, vfioUserDevice } from '../qemu/index.js';
import { serveMdevs, type ServedMdevs } from '../serve/index.js';
import { exchangeByShell, discoverByShell } from './doe-shell.js';
import { GuestDoe } from './guest-doe.js';
import { getVersion } from './spdm-words.js';
import { useGuest } from './use-guest.js';

const ADDRESS = '0000:01:00.0';
const place = { address: ADDRESS, at: functionCapabilities.attestation.at, version: 2 } as const;

describe('a function that is attested, under Linux (drivers/pci/doe.c; DSP0274)', () => {
  let attested: Attested | undefined;
  let served: ServedMdevs | undefined;

  before(async () => {
    attested = await attestedFunction();
    served = await serveMdevs(attested.driver, 'doe-function', 1);
  });

  const guest = useGuest(() => ({
    programs: ['doe-exchange'],
    devices: [
      ...rootPorts(1),
      vfioUserDevice({ id: 'doe0', bus: 'port0', path: served?.at(0).path ?? '' }),
    ],
  }));

  after(async () => {
    await served?.[Symbol.asyncDispose]();
  });

  it('the kernel lists CMA, Secured CMA and Table Access, and no test mode (Documentation/ABI/testing/sysfs-bus-pci)', async () => {
    const list = await guest().read(`ls -1 /sys/bus/pci/devices/${ADDRESS}/doe_features`);
    expect(list.split('\n')).to.deep.equal(['0001:01', '0001:02', '1e98:02', 'doe_discovery']);
  });

  it('a shell asks it for its SPDM versions by setpci (DSP0274 1.2, VERSION)', async () => {
    await guest().read(discoverByShell(place));
    const words = await guest().read(exchangeByShell(place, getVersion.request));
    expect(getVersion.versionsIn(words)).to.deep.equal([0x10, 0x11, 0x12, 0x13]);
  });

  it('what a program of the guest sees of it can be trusted, in a session too (DSP0274 1.3; DSP0277)', async () => {
    const transport = new GuestDoe(guest(), ADDRESS, place.at);
    const { roots = [], measurements = {} } = attested?.policy ?? {};
    const found = await attest(transport, { roots, measurements, session: true });
    expect(found).to.include({ verdict: 'trusted', version: '1.3' });
    expect(found.chain).to.have.length(3);
    expect(found.measurements.map(({ index, ok }) => [index, ok])).to.deep.equal([
      [1, true],
      [2, true],
    ]);
    expect(found.session?.id).to.be.a('number');
  });

  it('another measurement is refused (DSP0274 1.3, MEASUREMENTS)', async () => {
    const transport = new GuestDoe(guest(), ADDRESS, place.at);
    const { roots = [], measurements = {} } = attested?.policy ?? {};
    const other = { ...measurements, 2: { raw: '00' } };
    const found = await attest(transport, { roots, measurements: other });
    expect(found).to.include({ verdict: 'refused', reason: 'doe.spdm-measurement' });
  });
});
