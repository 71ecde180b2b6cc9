import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import { DeviceMemory, MdevError, Region as DeviceRegion } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { deviceConfig } from './device-config.js';

/** A device with a config region of `size` bytes. */
class Region {
  readonly bytes: Uint8Array;
  readonly calls: string[] = [];

  constructor(size: number) {
    this.bytes = Uint8Array.from({ length: size }, (_, at) => at);
  }

  async read(region: number, offset: number, into: Uint8Array): Promise<number> {
    this.calls.push(`read ${region} ${offset} ${into.length}`);
    const found = this.bytes.subarray(offset, offset + into.length);
    into.set(found);
    return found.length;
  }

  async write(region: number, offset: number, from: Uint8Array): Promise<number> {
    this.calls.push(`write ${region} ${offset} ${from.length}`);
    const room = Math.max(Math.min(from.length, this.bytes.length - offset), 0);
    this.bytes.set(from.subarray(0, room), offset);
    return room;
  }
}

describe('deviceConfig', () => {
  it('doe §2 requester vfio: a word is one access of four bytes to the config region, little-endian (include/uapi/linux/vfio.h, VFIO_PCI_CONFIG_REGION_INDEX)', async () => {
    const device = new Region(4096);
    const config = deviceConfig(device);
    expect(await config.read32(0x80)).to.equal(0x83828180);
    await config.write32(0xffc, 0xfedcba98);
    expect([...device.bytes.subarray(0xffc)]).to.deep.equal([0x98, 0xba, 0xdc, 0xfe]);
    expect(await config.read32(0xffc)).to.equal(0xfedcba98);
    const index = VFIO_PCI_CONFIG_REGION_INDEX;
    expect(device.calls).to.deep.equal([
      `read ${index} 128 4`,
      `write ${index} 4092 4`,
      `read ${index} 4092 4`,
    ]);
  });

  it('doe §2 requester vfio end: a device without extended config space is EINVAL (drivers/pci/pci-sysfs.c, pci_read_config)', async () => {
    const config = deviceConfig(new Region(256));
    for (const access of [config.read32(0x100), config.write32(0x100, 0)]) {
      const error = await Promise.resolve(access).catch((reason: unknown) => reason);
      expect(MdevError.is(error) && `${error.code} ${error.reason}`).to.equal(
        'EINVAL doe.config-end',
      );
    }
  });

  it('doe §2 requester vfio end: the device itself refuses what is behind its config region, with EFAULT (bug; drivers/vfio/pci/vfio_pci_config.c, vfio_config_do_rw)', async () => {
    const region = new DeviceRegion({
      name: 'config',
      size: 256,
      bounds: 'fault',
      ranges: [{ kind: 'memory', offset: 0, memory: new DeviceMemory(256) }],
    });
    const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer);
    const config = deviceConfig({
      read: async (_index, offset, into) => region.read(offset, viewOf(into), 0, into.length),
      write: async (_index, offset, from) => region.write(offset, viewOf(from), 0, from.length),
    });
    expect(await config.read32(0xfc)).to.equal(0);
    for (const access of [config.read32(0x100), config.write32(0x100, 0)]) {
      const error = await Promise.resolve(access).catch((reason: unknown) => reason);
      expect(MdevError.is(error) && `${error.code} ${error.reason}`).to.equal(
        'EINVAL doe.config-end',
      );
      expect(((error as MdevError).cause as MdevError).reason).to.equal('region.beyond');
    }
  });

  it('doe §2 requester vfio end: what the device refuses inside is its own (own rule)', async () => {
    const refuse = (): never => {
      throw new MdevError('EFAULT', 'x.y', 'no');
    };
    const config = deviceConfig({ read: async () => refuse(), write: async () => refuse() });
    const error = await Promise.resolve(config.read32(0xfc)).catch((reason: unknown) => reason);
    expect(MdevError.is(error) && error.reason).to.equal('x.y');
  });

  it('doe §2 requester offsets: an offset that is no word of config space is a RangeError (own rule)', async () => {
    const device = new Region(4096);
    for (const offset of [-4, 1, 2, 0x1000, 1.5, NaN]) {
      const read = deviceConfig(device).read32(offset);
      const error = await Promise.resolve(read).catch((reason: unknown) => reason);
      expect(error, String(offset)).to.be.instanceOf(RangeError);
    }
    expect(device.calls).to.deep.equal([]);
  });
});
