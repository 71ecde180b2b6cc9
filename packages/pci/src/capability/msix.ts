import {
  PCI_CAP_ID_MSIX,
  PCI_CAP_MSIX_SIZEOF,
  PCI_MSIX_FLAGS,
  PCI_MSIX_FLAGS_ENABLE,
  PCI_MSIX_FLAGS_MASKALL,
  PCI_MSIX_PBA,
  PCI_MSIX_TABLE,
} from '@mdevkit/uapi';
import { checkInteger } from '../check.js';
import type { BarLocation, PlacementOptions, StandardCapability } from './capability-spec.js';

export interface MsixOptions extends PlacementOptions {
  /** Messages, 1 .. 2048. */
  readonly vectors: number;
  /** Where the table lies: 16 bytes for each vector, `offset` a multiple of 8. */
  readonly table: BarLocation;
  /** Where the pending bits lie: 8 bytes for each 64 vectors, `offset` a multiple of 8. */
  readonly pba: BarLocation;
  /**
   * The client may map the pages of the table (VFIO_REGION_INFO_CAP_MSIX_MAPPABLE), whose offset is a
   * multiple of 4096 then. They are memory without any effect. Default false.
   */
  readonly mappable?: boolean;
}

/**
 * MSI-X. The function itself adds table and pending bits to their BARs; the client programs where
 * messages go through VFIO_DEVICE_SET_IRQS, so reads of the table give ones and writes are dropped.
 * Registers: `msix.control`, `msix.table`, `msix.pba`.
 *
 * Source: PCI Express Base Specification 6.0, section 7.7.2; Linux drivers/vfio/pci/vfio_pci_rdwr.c.
 */
export function msix(options: MsixOptions): StandardCapability {
  const { vectors, table, pba, mappable = false } = options;
  checkInteger('MSI-X vectors', vectors, 1, 2048);
  checkLocation('MSI-X table', table, mappable ? 4096 : 8);
  checkLocation('MSI-X pending bits', pba, 8);
  return {
    space: 'standard',
    id: PCI_CAP_ID_MSIX,
    name: 'msix',
    size: PCI_CAP_MSIX_SIZEOF,
    at: options.at,
    registers: [
      {
        name: 'control',
        offset: PCI_MSIX_FLAGS,
        width: 2,
        access: 'rw',
        writeMask: PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL,
        reset: vectors - 1,
        fields: { lastVector: { bits: [10, 0] }, maskAll: { bits: 14 }, enable: { bits: 15 } },
      },
      {
        name: 'table',
        offset: PCI_MSIX_TABLE,
        width: 4,
        access: 'ro',
        reset: table.offset + table.bar,
      },
      { name: 'pba', offset: PCI_MSIX_PBA, width: 4, access: 'ro', reset: pba.offset + pba.bar },
    ],
    traits: { kind: 'msix', vectors, table, pba, mappable },
  };
}

function checkLocation(what: string, { bar, offset }: BarLocation, unit: number): void {
  checkInteger(`The BAR of the ${what}`, bar, 0, 5);
  checkInteger(`The offset of the ${what}`, offset, 0, 2 ** 32 - 8);
  if (offset % unit !== 0) {
    throw new RangeError(`The offset of the ${what} must be a multiple of ${unit}, not ${offset}`);
  }
}
