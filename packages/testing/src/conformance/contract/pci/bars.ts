import type { Device } from '@mdevkit/core';
import {
  PCI_BASE_ADDRESS_0,
  PCI_BASE_ADDRESS_MEM_TYPE_64,
  PCI_BASE_ADDRESS_MEM_TYPE_MASK,
  PCI_BASE_ADDRESS_SPACE_IO,
  PCI_COMMAND,
  PCI_COMMAND_IO,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  PCI_ROM_ADDRESS,
  PCI_ROM_ADDRESS_MASK,
  PCI_STD_NUM_BARS,
  VFIO_PCI_ROM_REGION_INDEX,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  check,
  codeAnswered,
  done,
  imageOf,
  ready,
  refused,
  unlessPci,
  usedRegions,
} from '../support/index.js';
import { Config } from './config.js';

const spec = 'PCIe Base Spec 7.5.1.2.1';
const ONES = 0xffff_ffff;

/** Base address registers, by pairs where they are 64 bits wide. */
interface Bar {
  readonly index: number;
  readonly at: number;
  readonly isIo: boolean;
  readonly isWide: boolean;
}

/** Base address registers and what is behind them. */
export const barChecks: readonly ConformanceCheck[] = [
  eachBar(
    'size',
    `all ones answer the size, which is that of the region (${spec}; drivers/pci/probe.c, __pci_read_base)`,
    async (bench, device, config, { index, at, isIo, isWide }) => {
      await config.write(at, 4, ONES);
      const mask = isIo ? 0xfffc : 0xffff_fff0;
      let size = (await config.read(at, 4)) & mask;
      if (isWide) {
        await config.write(at + 4, 4, ONES);
        expect(size === 0 ? 0 : await config.read(at + 4, 4)).to.be.oneOf([0, ONES]);
      }
      size = isIo
        ? (0x1_0000 - (size & 0xfffc)) & 0xffff
        : (0x1_0000_0000 - (size >>> 0)) % 2 ** 32;
      const info = await device.regionInfo(index);
      if (info.size < 2 ** 32 && !(isWide && size === 0)) {
        expect(size, `bytes that BAR ${index} asks for`).to.equal(info.size);
      }
      expect(
        Math.log2(info.size) % 1,
        `region ${index} of ${info.size} bytes: a power of two`,
      ).to.equal(0);
      await done(bench, 'info', device.info());
    },
  ),
  eachBar(
    'keep',
    `an address that is written stays, as far as the size lets it (${spec})`,
    async (_bench, device, config, { index, at, isIo, isWide }) => {
      const { size } = await device.regionInfo(index);
      const address = isIo ? 0xc000 : 0xe000_0000;
      if (size <= (isIo ? 0x1000 : 0x1000_0000)) {
        await config.write(at, 4, address);
        if (isWide) {
          await config.write(at + 4, 4, 0x12);
          expect(await config.read(at + 4, 4), `upper half of BAR ${index}`).to.equal(0x12);
        }
        const mask = isIo ? ~0x3 : ~0xf;
        expect(((await config.read(at, 4)) & mask) >>> 0, `BAR ${index}`).to.equal(address);
      }
    },
  ),
  eachBar(
    'kind',
    `the low bits say what kind of BAR it is, and cannot be written to (${spec})`,
    async (_bench, _device, config, { index, at, isIo }) => {
      const mask = isIo ? 0x3 : 0xf;
      const before = (await config.read(at, 4)) & mask;
      for (const value of [0, ONES]) {
        await config.write(at, 4, value);
        expect((await config.read(at, 4)) & mask, `kind of BAR ${index}`).to.equal(before);
      }
    },
  ),
  eachBar(
    'moved',
    `a region shows the same wherever its BAR is (drivers/vfio/pci/vfio_pci_config.c, vfio_basic_config_write)`,
    async (bench, device, config, { at }) => {
      const before = await imageOf(bench, device);
      const address = await config.read(at, 4);
      await config.write(at, 4, 0x8000_0000);
      await config.write(at, 4, address);
      expect([...(await imageOf(bench, device)).keys()]).to.deep.equal([...before.keys()]);
    },
  ),
  check(
    'bar-regions',
    'a BAR region is there if its register is, and the upper half of a wide one has none (include/uapi/linux/vfio.h, VFIO_PCI_BAR0_REGION_INDEX)',
    async (bench) => {
      const device = await ready(bench);
      const bars = await barsOf(bench, device);
      for (let index = 0; index < PCI_STD_NUM_BARS; index++) {
        const { size } = await done(bench, `info of region ${index}`, device.regionInfo(index));
        expect(size > 0, `region ${index} of ${size} bytes`).to.equal(
          bars.some((bar) => bar.index === index),
        );
      }
    },
    unlessPci,
  ),
  check(
    'bar-none',
    `a BAR that is not there reads 0, whatever is written to it (${spec})`,
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      const used = new Set(
        (await barsOf(bench, device)).flatMap(({ index, isWide }) =>
          isWide ? [index, index + 1] : [index],
        ),
      );
      for (let index = 0; index < PCI_STD_NUM_BARS; index++) {
        if (!used.has(index)) {
          await config.write(PCI_BASE_ADDRESS_0 + 4 * index, 4, ONES);
          expect(await config.read(PCI_BASE_ADDRESS_0 + 4 * index, 4), `BAR ${index}`).to.equal(0);
        }
      }
    },
    unlessPci,
  ),
  check(
    'rom',
    'the ROM register asks for the size of the ROM region, and is 0 without one (PCIe Base Spec 7.5.1.2.4)',
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      await config.write(PCI_ROM_ADDRESS, 4, ONES - 1);
      const mask = ((await config.read(PCI_ROM_ADDRESS, 4)) & PCI_ROM_ADDRESS_MASK) >>> 0;
      const { size } = await done(bench, 'ROM', device.regionInfo(VFIO_PCI_ROM_REGION_INDEX));
      expect(mask === 0 ? 0 : 2 ** 32 - mask, 'bytes of ROM').to.equal(size);
    },
    unlessPci,
  ),
  check(
    'decode',
    'row region disabled: a BAR that is not decoded is EIO, and can be decoded again (drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_bar_rw)',
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      const bars = await barsOf(bench, device);
      const on = await config.read(PCI_COMMAND, 2);
      await config.write(PCI_COMMAND, 2, on & ~(PCI_COMMAND_MEMORY | PCI_COMMAND_IO));
      for (const { index } of bars) {
        const call = device.read(index, 0, new Uint8Array(4));
        await refused(bench, `a read of region ${index}, which is not decoded`, 'EIO', call);
      }
      await config.write(PCI_COMMAND, 2, on | PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
      for (const { index, readable } of await usedRegions(device)) {
        if (readable && index < PCI_STD_NUM_BARS) {
          const code = await codeAnswered(
            bench,
            'a read',
            device.read(index, 0, new Uint8Array(4)),
          );
          expect(code, `a read of region ${index}, which is decoded again`).to.equal('done');
        }
      }
    },
    unlessPci,
  ),
  check(
    'command',
    `memory, I/O and bus master are there for what the function has (PCIe Base Spec 7.5.1.1.3)`,
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      for (const bits of [
        0,
        PCI_COMMAND_MEMORY,
        PCI_COMMAND_MASTER,
        PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER,
      ]) {
        await config.write(PCI_COMMAND, 2, bits);
        const isMemory = (await barsOf(bench, device)).some(({ isIo }) => !isIo);
        const mask = PCI_COMMAND_MASTER | (isMemory ? PCI_COMMAND_MEMORY : 0);
        expect((await config.read(PCI_COMMAND, 2)) & mask, 'command').to.equal(bits & mask);
      }
    },
    unlessPci,
  ),
];

function eachBar(
  id: string,
  title: string,
  look: (bench: Bench, device: Device, config: Config, bar: Bar) => Promise<void>,
): ConformanceCheck {
  return check(
    `bar-${id}`,
    title,
    async (bench) => {
      const device = await ready(bench);
      for (const bar of await barsOf(bench, device)) {
        await look(bench, device, new Config(bench, device), bar);
      }
    },
    unlessPci,
  );
}

/** The registers that keep an address; all are as they were afterwards. */
async function barsOf(bench: Bench, device: Device): Promise<readonly Bar[]> {
  const config = new Config(bench, device);
  const bars: Bar[] = [];
  for (let index = 0; index < PCI_STD_NUM_BARS; index++) {
    const at = PCI_BASE_ADDRESS_0 + 4 * index;
    const before = await config.read(at, 4);
    await config.write(at, 4, ONES);
    const low = await config.read(at, 4);
    await config.write(at, 4, before);
    if (low !== 0) {
      const isIo = (low & PCI_BASE_ADDRESS_SPACE_IO) !== 0;
      const isWide =
        !isIo && (low & PCI_BASE_ADDRESS_MEM_TYPE_MASK) === PCI_BASE_ADDRESS_MEM_TYPE_64;
      bars.push({ index, at, isIo, isWide });
      index += isWide ? 1 : 0;
    }
  }
  return bars;
}
