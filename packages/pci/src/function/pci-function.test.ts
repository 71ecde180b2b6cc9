import { absent } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { msi, pcieEndpoint } from '../capability/index.js';
import { everything, everythingLayout } from '../every-builder.test-support.js';
import { Bench, minimal } from '../fakes.test-support.js';
import { pciLayout } from '../layout/index.js';

describe('PciFunction', () => {
  it('has the nine regions of vfio-pci, VGA absent (include/uapi/linux/vfio.h)', () => {
    const { regions } = new Bench(everythingLayout).pci;
    const names = regions.map((slot) =>
      slot === absent ? 'absent' : slot === undefined ? undefined : `${slot.name}:${slot.size}`,
    );
    expect(names).to.deep.equal([
      'bar0:8192',
      undefined,
      'bar2:64',
      'bar3:256',
      undefined,
      undefined,
      'rom:2048',
      'config:4096',
      'absent',
    ]);
  });

  it('BAR regions take the names of the declaration', () => {
    const device = new Bench({ bars: { 4: { size: 4096, name: 'doorbells' } } });
    expect(device.region(4).name).to.equal('doorbells');
  });

  it('config space cannot be mapped (vfio_pci_core.c, vfio_pci_core_mmap)', () => {
    expect(() => new Bench(everythingLayout).region(7).mmap(0, 4096)).to.throw(/EINVAL/);
  });

  it('has the five interrupt indexes (vfio_pci_core.c, vfio_pci_get_irq_count)', () => {
    expect(pciLayout(everything).irqs).to.deep.equal([
      { kind: 'level', name: 'INTx', count: 1 },
      { kind: 'message', name: 'MSI', count: 8, resizable: false },
      { kind: 'message', name: 'MSI-X', count: 70, resizable: true },
      { kind: 'signal', name: 'ERR', count: 1, role: 'error' },
      { kind: 'signal', name: 'REQ', count: 1, role: 'request' },
    ]);
  });

  it('without interrupts counts are 0, and ERR is absent without PCIe (vfio_pci_ioctl_get_irq_info)', () => {
    expect(pciLayout(minimal).irqs).to.deep.equal([
      { kind: 'level', name: 'INTx', count: 0 },
      { kind: 'message', name: 'MSI', count: 0, resizable: false },
      { kind: 'message', name: 'MSI-X', count: 0, resizable: true },
      { kind: 'absent', name: 'ERR' },
      { kind: 'signal', name: 'REQ', count: 1, role: 'request' },
    ]);
  });

  it('config space is 256 bytes, with PCI Express 4096 (vfio_pci_config.c, vfio_config_init)', () => {
    expect(pciLayout(minimal).configSize).to.equal(256);
    expect(pciLayout({ ...minimal, capabilities: [msi({ vectors: 1 })] }).configSize).to.equal(256);
    expect(pciLayout({ ...minimal, capabilities: [pcieEndpoint()] }).configSize).to.equal(4096);
  });

  it('functions of one layout share it and nothing else', () => {
    const first = new Bench(everythingLayout);
    const second = new Bench(everythingLayout);
    void first.setConfig16(4, 6);
    expect(second.config16(4)).to.equal(0);
    expect(first.pci.irqs).to.equal(second.pci.irqs);
    expect(first.pci.layout).to.equal(second.pci.layout);
  });
});
