import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  PCI_COMMAND,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  VFIO_PCI_CONFIG_REGION_INDEX,
} from '@mdevkit/uapi';
import { enableFunction } from './enable-function.js';

describe('enableFunction (drivers/pci/pci.c, pci_enable_device_mem, pci_set_master)', () => {
  it('sets memory and bus master in the command register, and leaves the rest of it', async () => {
    const config = new Uint8Array(256).fill(0xa5);
    config.set([0x40, 0x04], PCI_COMMAND);
    const before = [...config];
    await enableFunction({
      read: (region, offset, into) => {
        expect(region).to.equal(VFIO_PCI_CONFIG_REGION_INDEX);
        into.set(config.subarray(offset, offset + into.length));
        return Promise.resolve(into.length);
      },
      write: (region, offset, from) => {
        expect(region).to.equal(VFIO_PCI_CONFIG_REGION_INDEX);
        config.set(from, offset);
        return Promise.resolve(from.length);
      },
    });
    before[PCI_COMMAND] = 0x40 | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
    expect([...config]).to.deep.equal(before);
  });
});
