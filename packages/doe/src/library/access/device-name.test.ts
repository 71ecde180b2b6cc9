import { PCI_EXT_CAP_ID_DSN, pciExtCapHeader } from '@mdevkit/uapi';
import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../../errors/index.js';
import type { ConfigAccess } from './config-access.js';
import { readDeviceName } from './device-name.js';

function holding(words: Readonly<Record<number, number>>): ConfigAccess {
  return { read32: (offset) => words[offset] ?? 0, write32: () => undefined };
}

const standard = { 0x00: 0x10f01af4, 0x08: 0xff000001, 0x2c: 0x11001af4 };

describe('readDeviceName', () => {
  it('doe §2 requester name: vendor, device, class, revision and subsystem stand in the header (PCI Express Base Specification 6.0, section 7.5.1)', async () => {
    expect(await readDeviceName(holding(standard))).to.deep.equal({
      vendor: 0x1af4,
      device: 0x10f0,
      classCode: 0xff0000,
      revision: 1,
      subsystemVendor: 0x1af4,
      subsystem: 0x1100,
    });
  });

  it('doe §2 requester name: the serial number is there if its capability is (PCI Express Base Specification 6.0, section 7.9.3)', async () => {
    const config = holding({
      ...standard,
      0x100: pciExtCapHeader({ id: 1, version: 1, next: 0x148 }),
      0x148: pciExtCapHeader({ id: PCI_EXT_CAP_ID_DSN, version: 1, next: 0 }),
      0x14c: 0x89abcdef,
      0x150: 0xf1234567,
    });
    expect((await readDeviceName(config)).serial).to.equal(0xf1234567_89abcdefn);
  });

  it('doe §2 requester name: a config space of 256 bytes has no serial number (bug; drivers/pci/pci.c, pci_find_next_ext_capability, cfg_size)', async () => {
    const words = holding(standard);
    const config: ConfigAccess = {
      read32: (offset) => {
        if (offset >= 0x100) {
          throw failure('doe.config-end', { offset });
        }
        return words.read32(offset);
      },
      write32: () => undefined,
    };
    expect(await readDeviceName(config)).to.not.have.property('serial');
  });

  it('doe §2 requester name gone: a device that is gone, at whatever word, is ENODEV (bug; PCI Express Base Specification 6.0, section 2.3.2)', async () => {
    const words = {
      ...standard,
      0x100: pciExtCapHeader({ id: PCI_EXT_CAP_ID_DSN, version: 1, next: 0 }),
    };
    for (let last = 0; last < 6; last++) {
      const config = goneAfter(holding(words), last);
      const error = await readDeviceName(config).catch((reason: unknown) => reason);
      expect(MdevError.is(error) && `${error.code} ${error.reason}`, String(last)).to.equal(
        'ENODEV doe.device-gone',
      );
    }
  });

  it('doe §2 requester name gone: a word of all ones of a device that is there is a word (PCI Express Base Specification 6.0, section 2.3.2)', async () => {
    const words = {
      ...standard,
      0x2c: 0xffffffff,
      0x100: pciExtCapHeader({ id: PCI_EXT_CAP_ID_DSN, version: 1, next: 0 }),
      0x104: 0xffffffff,
      0x108: 0xffffffff,
    };
    expect(await readDeviceName(holding(words))).to.include({
      subsystemVendor: 0xffff,
      subsystem: 0xffff,
      serial: 2n ** 64n - 1n,
    });
  });
});

/** All ones after `count` reads. */
function goneAfter(config: ConfigAccess, count: number): ConfigAccess {
  let reads = 0;
  return {
    read32: (offset) => (reads++ < count ? config.read32(offset) : 0xffffffff),
    write32: () => undefined,
  };
}
