import { defineDriver, MdevHost } from '@mdevkit/core';
import { PciFunction, pcieEndpoint, pciLayout, powerManagement } from '@mdevkit/pci';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ValveBench } from '../diagnose.test-support.js';
import { lspciText } from './lspci-text.js';
import { readConfig } from './read-config.js';

const layout = pciLayout({
  vendorId: 0x6d64,
  deviceId: 0x0001,
  classCode: 0x010802,
  revision: 3,
  bars: { 0: { size: 0x1000 } },
  capabilities: [pcieEndpoint(), powerManagement()],
});

const driver = defineDriver({
  name: 'plain',
  deviceApi: 'vfio-pci',
  types: [{ id: 'one' }],
  parents: [{ name: 'plain0', capacity: 1 }],
  model: ({ irqs, dma }) => {
    const pci = new PciFunction(layout, { irqs, dma });
    return { deviceApi: 'vfio-pci', regions: pci.regions, irqs: pci.irqs };
  },
});

async function configOfFunction(): Promise<Uint8Array> {
  await using host = new MdevHost();
  await host.load(driver);
  const { uuid } = await host.create({ parent: 'plain0', type: 'plain-one' });
  await using device = await host.open(uuid);
  return await readConfig(device);
}

describe('lspciText: config space as lspci prints it (pciutils lib/dump.c, lspci.c)', () => {
  it('config text: a line with address, class and ids, 16 bytes in a row, and an empty line', () => {
    const config = new Uint8Array(64);
    config.set([0x64, 0x6d, 0x00, 0xed], 0);
    config.set([0x01, 0x02, 0x08, 0x01], 8);
    const zeros = Array<string>(16).fill('00').join(' ');
    expect(lspciText(config, '0001:3f:1f.7')).to.equal(
      [
        '0001:3f:1f.7 0108: 6d64:ed00 (rev 01)',
        '00: 64 6d 00 ed 00 00 00 00 01 02 08 01 00 00 00 00',
        `10: ${zeros}`,
        `20: ${zeros}`,
        `30: ${zeros}`,
        '',
        '',
      ].join('\n'),
    );
  });

  it('config text length: 64, 256 and 4096 bytes, and addresses that lspci reads; others are RangeErrors', () => {
    expect(lspciText(new Uint8Array(256)).split('\n')).to.have.length(1 + 16 + 2);
    expect(lspciText(new Uint8Array(4096))).to.match(/\nff0: (00 ){15}00\n\n$/);
    expect(lspciText(new Uint8Array(64))).to.match(/^00:00\.0 0000: 0000:0000\n/);
    expect(() => lspciText(new Uint8Array(128))).to.throw(RangeError, 'not 128');
    for (const address of ['0:0.0', '00:20.0', '00:00.8', 'AB:00.0', '00:00.0 ']) {
      expect(() => lspciText(new Uint8Array(64), address), address).to.throw(RangeError);
    }
  });

  it('config read: readConfig reads all that a function has (drivers/vfio/pci/vfio_pci_config.c)', async () => {
    const config = await configOfFunction();
    expect(config).to.have.length(4096);
    expect(lspciText(config)).to.match(/^00:00\.0 0108: 6d64:0001 \(rev 03\)\n00: 64 6d 01 00 /);
  });

  it('config absent: readConfig of a device without config space is a RangeError', async () => {
    await using bench = await ValveBench.open();
    const device = {
      regionInfo: () => bench.device.regionInfo(3),
      read: () => Promise.resolve(0),
    };
    const error: unknown = await readConfig(device).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RangeError);
  });
});
