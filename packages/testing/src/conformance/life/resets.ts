import type { Device } from '@mdevkit/core';
import { PCI_STD_HEADER_SIZEOF, VFIO_PCI_CONFIG_REGION_INDEX as CONFIG } from '@mdevkit/uapi';
import type { Bench } from '../bench/index.js';
import { canReset, findFunctionReset, resetFunction } from './support/index.js';

/** A way in which a device comes back to reset state in the hands of a client. */
export interface ResetKind {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** What a device that has none has not. */
  readonly name: string;
  readonly has: (device: Device) => Promise<boolean>;
  /** What of a region may stay as it is. */
  readonly keeps: (region: number, offset: number) => boolean;
  /** The watch has forgotten what was before its end. */
  readonly reset: (bench: Bench, device: Device) => Promise<void>;
}

const kinds: readonly ResetKind[] = [
  {
    id: 'reset',
    title: 'a reset',
    source: 'vfio_pci_core.c, vfio_pci_ioctl_reset',
    name: 'RESET flag',
    has: canReset,
    keeps: () => false,
    reset: (bench, device) =>
      bench.within(
        'a reset',
        device.reset().then(() => {
          bench.watch.forget();
        }),
      ),
  },
  {
    id: 'flr',
    title: 'a function-level reset',
    source: 'PCIe Base Spec 6.6.2',
    name: 'function-level reset',
    has: async (device) => (await findFunctionReset(device)) !== undefined,
    // Sticky bits, and those of the link: all of them are in capabilities.
    keeps: (region, offset) => region === CONFIG && offset >= PCI_STD_HEADER_SIZEOF,
    reset: async (bench, device) => {
      const done = resetFunction(device).then(() => {
        bench.watch.forget();
      });
      await bench.within('a function-level reset', done);
      // PCIe Base Spec 6.6.2: software waits for 100 ms.
      await bench.settle(100);
    },
  },
];

/** The ways that a device may have. */
export const resetKinds: readonly ResetKind[] = [...kinds];
