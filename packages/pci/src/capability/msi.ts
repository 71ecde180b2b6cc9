import type { RegisterSpec } from '@mdevkit/core';
import {
  PCI_CAP_ID_MSI,
  PCI_MSI_ADDRESS_HI,
  PCI_MSI_ADDRESS_LO,
  PCI_MSI_DATA_32,
  PCI_MSI_DATA_64,
  PCI_MSI_FLAGS,
  PCI_MSI_FLAGS_64BIT,
  PCI_MSI_FLAGS_ENABLE,
  PCI_MSI_FLAGS_MASKBIT,
  PCI_MSI_FLAGS_QSIZE,
  PCI_MSI_MASK_32,
  PCI_MSI_MASK_64,
  PCI_MSI_PENDING_32,
  PCI_MSI_PENDING_64,
} from '@mdevkit/uapi';
import { isPowerOfTwo } from '../check.js';
import type { PlacementOptions, StandardCapability } from './capability-spec.js';

export interface MsiOptions extends PlacementOptions {
  /** Messages: 1, 2, 4, 8, 16 or 32. */
  readonly vectors: number;
  /** Each message can be masked by the client, and shows whether it is pending; default false. */
  readonly maskable?: boolean;
  /** Message address of 64 bits; default true. */
  readonly address64?: boolean;
}

/**
 * MSI. Enable bit, number of vectors, address and data are plain state: the client programs where
 * messages go through VFIO_DEVICE_SET_IRQS. Mask bits hold messages back.
 * Registers: `msi.control`, `msi.address-low`, `msi.address-high`, `msi.data`, `msi.mask`, `msi.pending`.
 *
 * Source: PCI Express Base Specification 6.0, section 7.7.1; Linux
 * drivers/vfio/pci/vfio_pci_config.c, vfio_msi_config_write.
 */
export function msi(options: MsiOptions): StandardCapability {
  const { vectors, maskable = false, address64 = true } = options;
  if (!isPowerOfTwo(vectors) || vectors > 32) {
    throw new RangeError(`MSI vectors must be 1, 2, 4, 8, 16 or 32, not ${vectors}`);
  }
  const data = address64 ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32;
  const pending = address64 ? PCI_MSI_PENDING_64 : PCI_MSI_PENDING_32;
  const registers: RegisterSpec[] = [
    {
      name: 'control',
      offset: PCI_MSI_FLAGS,
      width: 2,
      access: 'rw',
      writeMask: PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE,
      reset:
        (Math.log2(vectors) << 1) |
        (address64 ? PCI_MSI_FLAGS_64BIT : 0) |
        (maskable ? PCI_MSI_FLAGS_MASKBIT : 0),
      fields: {
        enable: { bits: 0 },
        vectors: { bits: [3, 1] },
        vectorsEnabled: { bits: [6, 4] },
        address64: { bits: 7 },
        maskable: { bits: 8 },
      },
    },
    {
      name: 'address-low',
      offset: PCI_MSI_ADDRESS_LO,
      width: 4,
      access: 'rw',
      writeMask: 0xfffffffc,
    },
    { name: 'data', offset: data, width: 2, access: 'rw' },
  ];
  if (address64) {
    registers.push({ name: 'address-high', offset: PCI_MSI_ADDRESS_HI, width: 4, access: 'rw' });
  }
  if (maskable) {
    registers.push(
      {
        name: 'mask',
        offset: address64 ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32,
        width: 4,
        access: 'rw',
        writeMask: 2 ** vectors - 1,
      },
      { name: 'pending', offset: pending, width: 4, access: 'ro' },
    );
  }
  return {
    space: 'standard',
    id: PCI_CAP_ID_MSI,
    name: 'msi',
    size: maskable ? pending + 4 : data + 2,
    at: options.at,
    registers,
    traits: { kind: 'msi', vectors, maskable },
  };
}
