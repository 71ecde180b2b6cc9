import {
  PCI_CAPABILITY_LIST,
  PCI_CLASS_REVISION,
  PCI_COMMAND,
  PCI_DEVICE_ID,
  PCI_HEADER_TYPE,
  PCI_HEADER_TYPE_MASK,
  PCI_INTERRUPT_LINE,
  PCI_INTERRUPT_PIN,
  PCI_MIN_GNT,
  PCI_STATUS,
  PCI_STATUS_CAP_LIST,
  PCI_SUBSYSTEM_ID,
  PCI_SUBSYSTEM_VENDOR_ID,
  PCI_VENDOR_ID,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { ConformanceCheck } from '../../check.js';
import { awake, check, done, either, ready, unlessPci, unlessReset } from '../support/index.js';
import { Config } from './config.js';

const spec = 'PCIe Base Spec 7.5.1';

const constants: readonly (readonly [name: string, at: number, width: 1 | 2 | 4])[] = [
  ['vendor-id', PCI_VENDOR_ID, 2],
  ['device-id', PCI_DEVICE_ID, 2],
  ['class-revision', PCI_CLASS_REVISION, 4],
  ['header-type', PCI_HEADER_TYPE, 1],
  ['subsystem-vendor-id', PCI_SUBSYSTEM_VENDOR_ID, 2],
  ['subsystem-id', PCI_SUBSYSTEM_ID, 2],
  ['capability-pointer', PCI_CAPABILITY_LIST, 1],
  ['interrupt-pin', PCI_INTERRUPT_PIN, 1],
  ['min-gnt-max-lat', PCI_MIN_GNT, 2],
];

/** The first 64 bytes of configuration space. */
export const headerChecks: readonly ConformanceCheck[] = [
  check(
    'vendor',
    `a function has a vendor: neither 0 nor 0xffff (${spec}.1.1)`,
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      expect(await config.read(PCI_VENDOR_ID, 2)).to.be.within(1, 0xfffe);
    },
    unlessPci,
  ),
  check(
    'header-layout',
    `the header is of type 0, and that of a bridge only for bridges (${spec}.1.9)`,
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      expect((await config.read(PCI_HEADER_TYPE, 1)) & PCI_HEADER_TYPE_MASK).to.equal(0);
    },
    unlessPci,
  ),
  check(
    'class',
    `a function has a class (${spec}.1.6; drivers/pci/probe.c, pci_setup_device)`,
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      expect((await config.read(PCI_CLASS_REVISION, 4)) >>> 8, 'class code').not.to.equal(0xffffff);
    },
    unlessPci,
  ),
  check(
    'pin',
    `the interrupt pin is 0 to 4 (${spec}.1.13)`,
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      expect(await config.read(PCI_INTERRUPT_PIN, 1)).to.be.within(0, 4);
    },
    unlessPci,
  ),
  check(
    'line',
    `the interrupt line is a register for the system to write to, if there is a pin (${spec}.1.12)`,
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      if ((await config.read(PCI_INTERRUPT_PIN, 1)) !== 0) {
        await config.write(PCI_INTERRUPT_LINE, 1, 0x0b);
        expect(await config.read(PCI_INTERRUPT_LINE, 1)).to.equal(0x0b);
      }
    },
    unlessPci,
  ),
  ...constants.map(([name, at, width]) =>
    check(
      `constant-${name}`,
      `${name} cannot be written to (${spec}; drivers/vfio/pci/vfio_pci_config.c, init_pci_cap_basic_perm)`,
      async (bench) => {
        const config = new Config(bench, await ready(bench));
        const before = await config.read(at, width);
        for (const value of [0, 0xffff_ffff, 0x5a5a_5a5a]) {
          await config.write(at, width, value);
          expect(await config.read(at, width), `${name} after a write`).to.equal(before);
        }
      },
      unlessPci,
    ),
  ),
  check(
    'reserved-command',
    `reserved bits of the command register are 0 (${spec}.1.3)`,
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      await config.write(PCI_COMMAND, 2, 0xffff);
      expect((await config.read(PCI_COMMAND, 2)) & 0xf800).to.equal(0);
    },
    unlessPci,
  ),
  check(
    'cap-list-bit',
    `the capability list bit is set if there is a list, and cannot be written to (${spec}.1.4)`,
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      const hasList = (await config.read(PCI_CAPABILITY_LIST, 1)) !== 0;
      for (const value of [undefined, 0, 0xffff]) {
        if (value !== undefined) {
          await config.write(PCI_STATUS, 2, value);
        }
        const bit = (await config.read(PCI_STATUS, 2)) & PCI_STATUS_CAP_LIST;
        expect(bit !== 0, 'the bit').to.equal(hasList);
      }
    },
    unlessPci,
  ),
  check(
    'new-after-close',
    'row fresh open: the next client finds configuration space as the first did (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_enable)',
    async (bench) => {
      const { uuid } = await bench.create();
      const images: Uint8Array[] = [];
      for (let turn = 0; turn < 2; turn++) {
        await using device = await bench.host.open(uuid);
        const config = new Config(bench, device);
        images.push(await config.bytes());
        for (let at = 0; at < (await config.size()); at += 4) {
          await config.write(at, 4, 0x5a5a_5a5a);
        }
      }
      expect(difference(images[0], images[1]), 'bytes that are another').to.deep.equal([]);
    },
    unlessPci,
  ),
  check(
    'new-after-reset',
    `after a reset configuration space is as at first (PCIe Base Spec 6.6.2)`,
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      const before = await config.bytes();
      for (let at = 0x40; at < Math.min(await config.size(), 0x100); at += 4) {
        await config.write(at, 4, 0x5a5a_5a5a);
      }
      await done(bench, 'a reset', device.reset());
      await awake(bench, device);
      expect(difference(before, await config.bytes()), 'bytes that are another').to.deep.equal([]);
    },
    either(unlessPci, unlessReset),
  ),
];

function difference(
  before: Uint8Array = new Uint8Array(0),
  after: Uint8Array = new Uint8Array(0),
): readonly string[] {
  return [...before.keys()]
    .filter((at) => before[at] !== after[at])
    .map((at) => `0x${at.toString(16)}`);
}
