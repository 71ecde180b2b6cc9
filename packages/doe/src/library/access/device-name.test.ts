import { PCI_EXT_CAP_ID_DSN, pciExtCapHeader } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ConfigAccess } from './config-access.js';
import { readDeviceName } from './device-name.js';

function holding(words: Readonly<Record<number, number>>): ConfigAccess {
  return { read32: (offset) => words[offset] ?? 0, write32: () => undefined };
}

const standard = { 0x00: 0x10f01af4, 0x08: 0xff000001, 0x2c: 0x11001af4 };

describe('readDeviceName', () => {
  it('doe requester name: vendor, device, class, revision and subsystem stand in the header (PCI Express Base Specification 6.0, section 7.5.1)', async () => {
    expect(await readDeviceName(holding(standard))).to.deep.equal({
      vendor: 0x1af4,
      device: 0x10f0,
      classCode: 0xff0000,
      revision: 1,
      subsystemVendor: 0x1af4,
      subsystem: 0x1100,
    });
  });

  it('doe requester name: the serial number is there if its capability is (PCI Express Base Specification 6.0, section 7.9.3)', async () => {
    const config = holding({
      ...standard,
      0x100: pciExtCapHeader({ id: 1, version: 1, next: 0x148 }),
      0x148: pciExtCapHeader({ id: PCI_EXT_CAP_ID_DSN, version: 1, next: 0 }),
      0x14c: 0x89abcdef,
      0x150: 0xf1234567,
    });
    expect((await readDeviceName(config)).serial).to.equal(0xf1234567_89abcdefn);
  });
});
