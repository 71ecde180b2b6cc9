import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SysfsConfig } from './sysfs-config.js';

describe('SysfsConfig', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doe-sysfs-'));
    path = join(folder, 'config');
    await writeFile(
      path,
      Uint8Array.from({ length: 4096 }, (_, at) => at),
    );
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('doe §2 sysfs words: four aligned bytes at a time, little-endian, in place (drivers/pci/pci-sysfs.c, pci_read_config, pci_write_config)', async () => {
    await using config = await SysfsConfig.open(path);
    expect(await config.read32(0x80)).to.equal(0x83828180);
    expect(await config.read32(0xffc)).to.equal(0xfffefdfc);
    await config.write32(0x144, 0xfedcba98);
    expect(await config.read32(0x144)).to.equal(0xfedcba98);
    const bytes = await readFile(path);
    expect(bytes).to.have.length(4096);
    expect([...bytes.subarray(0x143, 0x149)]).to.deep.equal([0x43, 0x98, 0xba, 0xdc, 0xfe, 0x48]);
  });

  it('doe §2 sysfs several: accesses at once do not disturb each other (own rule)', async () => {
    await using config = await SysfsConfig.open(path);
    const words = await Promise.all([0, 4, 8, 0x100].map((offset) => config.read32(offset)));
    expect(words).to.deep.equal([0x03020100, 0x07060504, 0x0b0a0908, 0x03020100]);
  });

  it('doe §2 sysfs end: a function without extended config space has 256 bytes; beyond is EINVAL, and the file does not grow (drivers/pci/pci-sysfs.c, pci_read_config)', async () => {
    await truncate(path, 256);
    await using config = await SysfsConfig.open(path);
    expect(await config.read32(0xfc)).to.equal(0xfffefdfc);
    expect(await settled(config.read32(0x100))).to.equal('EINVAL doe.config-end');
    expect(await settled(config.write32(0x100, 1))).to.equal('EINVAL doe.config-end');
    expect(await readFile(path)).to.have.length(256);
  });

  it('doe §2 sysfs hidden: what the kernel shows to nobody but root reads short, and is EACCES (drivers/pci/pci-sysfs.c, pci_read_config, CAP_SYS_ADMIN)', async () => {
    await using config = await SysfsConfig.open(path);
    await truncate(path, 66);
    expect(await config.read32(0x3c)).to.equal(0x3f3e3d3c);
    expect(await settled(config.read32(0x40))).to.equal('EACCES doe.config-hidden');
    expect(await settled(config.read32(0x100))).to.equal('EACCES doe.config-hidden');
  });

  it('doe §2 sysfs open: fails with the errno of the kernel (open(2))', async () => {
    expect(await settled(SysfsConfig.open(join(folder, 'nobody')))).to.equal(
      'ENOENT doe.config-file',
    );
    expect(await settled(SysfsConfig.open(folder))).to.equal('EISDIR doe.config-file');
  });

  it('doe §2 sysfs close: is final, and may be done twice (close(2))', async () => {
    const config = await SysfsConfig.open(path);
    await config.close();
    await config.close();
    expect(await settled(config.read32(0))).to.equal('EBADF doe.config-closed');
    expect(await settled(config.write32(0, 0))).to.equal('EBADF doe.config-closed');
  });

  it('doe §2 sysfs offsets: an offset that is no word of config space is a RangeError (own rule)', async () => {
    await using config = await SysfsConfig.open(path);
    for (const offset of [-4, 2, 0x1000, NaN]) {
      expect(await config.read32(offset).catch((error: unknown) => error)).to.be.instanceOf(
        RangeError,
      );
      expect(await config.write32(offset, 0).catch((error: unknown) => error)).to.be.instanceOf(
        RangeError,
      );
    }
  });
});
