import { bindIrqs, irqCallback, MdevHost, read32, write32, type Device } from '@mdevkit/core';
import { findVendorCapability, standardCapabilities } from '@mdevkit/pci';
import {
  PCI_CAP_ID_EXP,
  PCI_CAP_ID_MSIX,
  PCI_CAP_ID_PM,
  PCI_CAP_ID_VNDR,
  PCI_COMMAND,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  VFIO_PCI_BAR0_REGION_INDEX as BAR0,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
  VFIO_PCI_MSIX_IRQ_INDEX as MSIX,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { eduDriver, eduRegisters, VECTORS } from './edu.js';

const ID = eduRegisters.offsetOf('ID');
const SCRATCH = eduRegisters.offsetOf('SCRATCH');
const DOORBELL = eduRegisters.offsetOf('DOORBELL');

describe('edu, as its client finds it (examples/edu/src/edu.ts)', () => {
  let host: MdevHost;
  let device: Device;
  let rung: number[];

  beforeEach(async () => {
    host = new MdevHost();
    await host.load(eduDriver);
    const { uuid } = await host.create({ parent: 'edu0', type: 'edu-one' });
    device = await host.open(uuid);
    await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    rung = [];
    const vectors = Array.from({ length: VECTORS }, (_, n) => irqCallback(() => rung.push(n)));
    await bindIrqs(device, MSIX, vectors);
  });

  afterEach(async () => {
    await device.close();
    await host[Symbol.asyncDispose]();
  });

  async function config(): Promise<Uint8Array> {
    const bytes = new Uint8Array((await device.regionInfo(CONFIG)).size);
    await device.read(CONFIG, 0, bytes);
    return bytes;
  }

  it('is unclassified, and by its ids no stock driver binds it (own rule)', async () => {
    const view = new DataView((await config()).buffer);
    expect(view.getUint32(0, true)).to.equal(0xed006d64);
    expect(view.getUint32(8, true)).to.equal(0x00ff0000);
  });

  it('has PCI Express, power management, MSI-X and a vendor capability (PCIe Base Spec, 7.5, 7.7, 7.9)', async () => {
    const bytes = await config();
    expect(standardCapabilities(bytes).map(({ id }) => id)).to.deep.equal([
      PCI_CAP_ID_EXP,
      PCI_CAP_ID_PM,
      PCI_CAP_ID_MSIX,
      PCI_CAP_ID_VNDR,
    ]);
    expect(findVendorCapability(bytes, 0xed00)?.payload).to.deep.equal(Uint8Array.of(VECTORS));
  });

  it('ID reads as "mdev" and does not take a write (own rule)', async () => {
    await write32(device, BAR0, ID, 0);
    const text = new Uint8Array(4);
    await device.read(BAR0, ID, text);
    expect(new TextDecoder().decode(text)).to.equal('mdev');
  });

  it('SCRATCH holds what was written, until a reset (own rule)', async () => {
    await write32(device, BAR0, SCRATCH, 0xcafef00d);
    expect(await read32(device, BAR0, SCRATCH)).to.equal(0xcafef00d);
    await device.reset();
    await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_MEMORY);
    expect(await read32(device, BAR0, SCRATCH)).to.equal(0);
  });

  it('writing n to DOORBELL raises vector n, once (own rule)', async () => {
    for (const vector of [2, 0, 3, 1, 2]) {
      await write32(device, BAR0, DOORBELL, vector);
    }
    expect(rung).to.deep.equal([2, 0, 3, 1, 2]);
  });

  it('a doorbell of no vector rings nothing, and is no error (own rule)', async () => {
    for (const vector of [VECTORS, 0x80000000, 0xffffffff]) {
      await write32(device, BAR0, DOORBELL, vector);
    }
    expect(rung).to.deep.equal([]);
  });
});
