import {
  PCI_CAP_ID_EXP,
  PCI_CAP_ID_MSI,
  PCI_CAP_ID_MSIX,
  PCI_CAP_ID_PM,
  PCI_CFG_SPACE_SIZE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { ConformanceCheck } from '../../check.js';
import { check, hex, ready, unlessPci } from '../support/index.js';
import { Config } from './config.js';
import { extendedList, requireApart, standardList } from './lists.js';

const spec = 'PCIe Base Spec 7.5.3';
const single = [PCI_CAP_ID_PM, PCI_CAP_ID_MSI, PCI_CAP_ID_MSIX, PCI_CAP_ID_EXP];

/** Both lists of capabilities, and what they say of the device. */
export const capabilityChecks: readonly ConformanceCheck[] = [
  check(
    'cap-list',
    `the list of capabilities leads from one to the next, and ends (${spec}; drivers/pci/pci.h, PCI_FIND_NEXT_CAP)`,
    async (bench) => {
      standardList(await new Config(bench, await ready(bench)).bytes());
    },
    unlessPci,
  ),
  check(
    'cap-apart',
    `capabilities do not lie over each other (${spec})`,
    async (bench) => {
      const bytes = await new Config(bench, await ready(bench)).bytes();
      requireApart(standardList(bytes), PCI_CFG_SPACE_SIZE);
    },
    unlessPci,
  ),
  check(
    'cap-once',
    `a function has one capability each of PM, MSI, MSI-X and PCI Express (${spec})`,
    async (bench) => {
      const list = standardList(await new Config(bench, await ready(bench)).bytes());
      for (const id of single) {
        expect(
          list.filter((found) => found.id === id).length,
          `capability ${hex(id)}`,
        ).to.be.at.most(1);
      }
    },
    unlessPci,
  ),
  check(
    'cap-constant',
    `ids and pointers of capabilities cannot be written to (${spec})`,
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      for (const { at } of standardList(await config.bytes())) {
        const before = await config.read(at, 2);
        for (const value of [0, 0xffff]) {
          await config.write(at, 2, value);
          expect(await config.read(at, 2), `header at ${hex(at)}`).to.equal(before);
        }
      }
    },
    unlessPci,
  ),
  check(
    'ext-list',
    'the list of extended capabilities leads from one to the next, and ends (PCIe Base Spec 7.6.3; drivers/pci/pci.h, PCI_FIND_NEXT_EXT_CAP)',
    async (bench) => {
      const bytes = await new Config(bench, await ready(bench)).bytes();
      requireApart(extendedList(bytes), bytes.length);
    },
    unlessPci,
  ),
  check(
    'ext-constant',
    'headers of extended capabilities cannot be written to (PCIe Base Spec 7.6.3)',
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      for (const { at } of extendedList(await config.bytes())) {
        const before = await config.read(at, 4);
        for (const value of [0, 0xffff_ffff]) {
          await config.write(at, 4, value);
          expect(await config.read(at, 4), `header at ${hex(at)}`).to.equal(before);
        }
      }
    },
    unlessPci,
  ),
  check(
    'size',
    'configuration space has 256 bytes, or 4096 with a PCI Express capability (PCIe Base Spec 7.2; drivers/vfio/pci/vfio_pci_config.c, vfio_config_init)',
    async (bench) => {
      const config = new Config(bench, await ready(bench));
      const size = await config.size();
      expect(size).to.be.oneOf([256, 4096]);
      if (size === 4096) {
        const ids = standardList(await config.bytes()).map(({ id }) => id);
        expect(ids, 'capabilities of a function with 4096 bytes').to.include(PCI_CAP_ID_EXP);
      }
    },
    unlessPci,
  ),
];
