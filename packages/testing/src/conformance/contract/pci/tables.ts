import {
  PCI_INTERRUPT_PIN,
  VFIO_PCI_CONFIG_REGION_INDEX,
  VFIO_PCI_INTX_IRQ_INDEX,
  VFIO_PCI_NUM_IRQS,
  VFIO_PCI_NUM_REGIONS,
  VFIO_PCI_VGA_REGION_INDEX,
  VFIO_REGION_INFO_FLAG_MMAP,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { ConformanceCheck } from '../../check.js';
import { check, codeAnswered, done, ready, unlessPci } from '../support/index.js';
import { Config } from './config.js';

const header = 'include/uapi/linux/vfio.h';
const core = 'drivers/vfio/pci/vfio_pci_core.c';

/** What regions and irq indexes of a function are. */
export const tableChecks: readonly ConformanceCheck[] = [
  check(
    'tables',
    `a function has 9 regions and 5 irq indexes, and what is its own comes after them (${header}, VFIO_PCI_NUM_REGIONS)`,
    async (bench) => {
      const { numRegions, numIrqs } = await (await ready(bench)).info();
      expect(numRegions, 'regions').to.be.at.least(VFIO_PCI_NUM_REGIONS);
      expect(numIrqs, 'irq indexes').to.be.at.least(VFIO_PCI_NUM_IRQS);
    },
    unlessPci,
  ),
  check(
    'config-region',
    `configuration space is region 7, to read and to write, and never mapped (${core}, vfio_pci_ioctl_get_region_info)`,
    async (bench) => {
      const device = await ready(bench);
      const { flags } = await done(bench, 'info', device.regionInfo(VFIO_PCI_CONFIG_REGION_INDEX));
      const all =
        VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE | VFIO_REGION_INFO_FLAG_MMAP;
      expect(flags & all).to.equal(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE);
    },
    unlessPci,
  ),
  check(
    'vga',
    `row absent index: VGA is for VGA devices (${core}, vfio_pci_ioctl_get_region_info)`,
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      const isVga = (await config.read(0x08, 4)) >>> 16 === 0x0300;
      const code = await codeAnswered(
        bench,
        'info of VGA',
        device.regionInfo(VFIO_PCI_VGA_REGION_INDEX),
      );
      const size = code === 'done' ? (await device.regionInfo(VFIO_PCI_VGA_REGION_INDEX)).size : 0;
      expect(size > 0, `a VGA region of ${size} bytes`).to.equal(isVga && size > 0);
    },
    unlessPci,
  ),
  check(
    'typed',
    `row type: a region after the nine says of what kind it is (${header}, VFIO_REGION_INFO_CAP_TYPE)`,
    async (bench) => {
      const device = await ready(bench);
      const { numRegions } = await device.info();
      for (let index = VFIO_PCI_NUM_REGIONS; index < numRegions; index++) {
        const { size, capabilities } = await done(bench, 'info', device.regionInfo(index));
        const isTyped = capabilities.some(({ kind }) => kind === 'type');
        expect(isTyped || size === 0, `region ${index} has a type`).to.equal(true);
      }
    },
    unlessPci,
  ),
  check(
    'intx',
    `INTx is there if the interrupt pin is (${core}, vfio_pci_get_irq_count)`,
    async (bench) => {
      const device = await ready(bench);
      const pin = await new Config(bench, device).read(PCI_INTERRUPT_PIN, 1);
      const { count } = await done(bench, 'INTx', device.irqInfo(VFIO_PCI_INTX_IRQ_INDEX));
      expect(count, `lines, with pin ${pin}`).to.equal(pin === 0 ? 0 : 1);
    },
    unlessPci,
  ),
];
