import type { IrqIndexSpec } from '@mdevkit/core';
import type { MsiTraits, MsixTraits } from '../capability/index.js';

/** What decides which interrupts a function has. */
export interface IrqFacts {
  readonly intx: boolean;
  readonly msi: MsiTraits | undefined;
  readonly msix: MsixTraits | undefined;
  readonly express: boolean;
}

/**
 * The five interrupt indexes of a PCI device: INTx, MSI, MSI-X, ERR, REQ.
 *
 * Source: Linux include/uapi/linux/vfio.h (VFIO_PCI_INTX_IRQ_INDEX and the following) and
 * drivers/vfio/pci/vfio_pci_core.c, vfio_pci_get_irq_count and vfio_pci_ioctl_get_irq_info: ERR exists
 * on PCI Express only, and the query of it fails with EINVAL elsewhere.
 */
export function irqIndexes({ intx, msi, msix, express }: IrqFacts): readonly IrqIndexSpec[] {
  return [
    { kind: 'level', name: 'INTx', count: intx ? 1 : 0 },
    { kind: 'message', name: 'MSI', count: msi?.vectors ?? 0, resizable: false },
    { kind: 'message', name: 'MSI-X', count: msix?.vectors ?? 0, resizable: true },
    express
      ? { kind: 'signal', name: 'ERR', count: 1, role: 'error' }
      : { kind: 'absent', name: 'ERR' },
    { kind: 'signal', name: 'REQ', count: 1, role: 'request' },
  ];
}
