import { MdevHost, type Device } from '@mdevkit/core';
import {
  attest,
  deviceConfig,
  DoeMailbox,
  functionCapabilities,
  serveSpdmEmu,
  type SpdmEmuBridge,
} from '@mdevkit/doe';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { attestedFunction, type Attested } from '../devices/index.js';
import { rootPorts } from '../qemu/index.js';
import { discoverByShell, exchangeByShell } from './doe-shell.js';
import { GuestDoe } from './guest-doe.js';
import { getVersion } from './spdm-words.js';
import { useGuest } from './use-guest.js';

const ADDRESS = '0000:01:00.0';
/** Where QEMU's NVMe controller has its DOE Capability (QEMU hw/nvme/ctrl.c, nvme_init_pci). */
const place = { address: ADDRESS, at: 0x100, version: 1 } as const;

describe("QEMU's DOE in front of our SPDM responder, under Linux (QEMU docs/specs/spdm.rst)", () => {
  let attested: Attested | undefined;
  let host: MdevHost | undefined;
  let device: Device | undefined;
  let mailbox: DoeMailbox | undefined;
  let bridge: SpdmEmuBridge | undefined;

  before(async () => {
    attested = await attestedFunction();
    host = new MdevHost();
    await host.load(attested.driver);
    const { uuid } = await host.create({ parent: 'doe0', type: 'doe-function' });
    device = await host.open(uuid);
    mailbox = await DoeMailbox.open(deviceConfig(device), functionCapabilities.attestation.at);
    bridge = await serveSpdmEmu(mailbox, { port: 0 });
  });

  const guest = useGuest(() => ({
    programs: ['doe-exchange'],
    more: ['-blockdev', 'driver=null-co,node-name=disk,size=1048576,read-zeroes=on'],
    devices: [
      ...rootPorts(1),
      {
        driver: 'nvme',
        id: 'nvme0',
        bus: 'port0',
        drive: 'disk',
        serial: 'spdm',
        spdm_port: bridge?.port ?? 0,
        spdm_trans: 'doe',
      },
    ],
  }));

  after(async () => {
    await bridge?.close();
    await mailbox?.[Symbol.asyncDispose]();
    await device?.close();
    await host?.close();
  });

  it('the kernel lists CMA and Secured CMA (Documentation/ABI/testing/sysfs-bus-pci)', async () => {
    const list = await guest().read(`ls -1 /sys/bus/pci/devices/${ADDRESS}/doe_features`);
    expect(list.split('\n')).to.deep.equal(['0001:01', '0001:02', 'doe_discovery']);
    expect(await guest().read(discoverByShell(place))).to.equal('01000001\n02010001\n00020001');
  });

  it('a shell asks for the SPDM versions by setpci (DSP0274 1.2, VERSION)', async () => {
    const words = await guest().read(exchangeByShell(place, getVersion.request));
    expect(getVersion.versionsIn(words)).to.deep.equal([0x10, 0x11, 0x12, 0x13]);
  });

  it('what a program of the guest sees can be trusted, in a session too (DSP0274 1.3; DSP0277)', async () => {
    const transport = new GuestDoe(guest(), ADDRESS, place.at);
    const { roots = [], measurements = {} } = attested?.policy ?? {};
    const found = await attest(transport, { roots, measurements, session: true });
    expect(found).to.include({ verdict: 'trusted', version: '1.3' });
    expect(found.session?.id).to.be.a('number');
  });
});
