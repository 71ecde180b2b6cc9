import { Region, type Dma, type RangeHandler, type RegionSlot } from '@mdevkit/core';
import {
  PCI_BASE_ADDRESS_0,
  PCI_CAPABILITY_LIST,
  PCI_CLASS_REVISION,
  PCI_COMMAND,
  PCI_HEADER_TYPE,
  PCI_INTERRUPT_PIN,
  PCI_STATUS,
  PCI_VENDOR_ID,
} from '@mdevkit/uapi';
import { configRegionOf, PciSpecimen } from '../specimen/index.js';
import { pci, type Mutant } from './mutant.js';

type Access = Parameters<RangeHandler['read']>;

/** A function whose config space is not that of the library. */
function withConfig(change: (config: RangeHandler) => Partial<RangeHandler>): typeof PciSpecimen {
  return class extends PciSpecimen {
    protected override makeRegions(): readonly RegionSlot[] {
      const { config } = this.pci;
      const handler: RangeHandler = {
        read: (...access) => config.read(...access),
        write: (...access) => config.write(...access),
        reset: () => {
          config.reset();
        },
        ...change(config),
      };
      return this.pci.regions.map((region, i) => (i === 7 ? configRegionOf(handler) : region));
    }
  };
}

/** Config space that reads as `value` from `at` on. */
function withBytes(at: number, ...value: readonly number[]): typeof PciSpecimen {
  return withConfig((config) => ({
    read: (...access) => {
      const served = config.read(...access);
      value.forEach((byte, i) => {
        patch(access, at + i, byte);
      });
      return served;
    },
  }));
}

/** Config space in which the bytes `[at, at + size)` keep whatever is written to them. */
function withWritable(at: number, size: number): typeof PciSpecimen {
  return withConfig((config) => {
    const own = new Map<number, number>();
    return {
      read: (...access) => {
        const served = config.read(...access);
        own.forEach((byte, offset) => {
          patch(access, offset, byte);
        });
        return served;
      },
      write: (...access) => {
        const [offset, data, from, length] = access;
        for (let i = 0; i < length; i++) {
          if (offset + i >= at && offset + i < at + size) {
            own.set(offset + i, data.getUint8(from + i));
          }
        }
        return config.write(...access);
      },
      reset: () => {
        own.clear();
        config.reset?.();
      },
    };
  });
}

export function patch([offset, data, at, length]: Access, where: number, byte: number): void {
  if (where >= offset && where < offset + length) {
    data.setUint8(at + where - offset, byte);
  }
}

/** What a PCI function does wrong. */
export const pciMutants: readonly Mutant[] = [
  pci(
    'pci-ids-writable',
    'PCIe Base Spec 7.5.1.1: vendor and device id can be written',
    withWritable(PCI_VENDOR_ID, 4),
  ),
  pci(
    'pci-class-writable',
    'PCIe Base Spec 7.5.1.1.5: revision and class code can be written',
    withWritable(PCI_CLASS_REVISION, 4),
  ),
  pci(
    'pci-bar-not-sized',
    'PCIe Base Spec 7.5.1.2.1: all bits of a BAR can be written, so that it has no size',
    withWritable(PCI_BASE_ADDRESS_0, 4),
  ),
  pci(
    'pci-bar-fixed',
    'PCIe Base Spec 7.5.1.2.1: a BAR cannot be written',
    withBytes(PCI_BASE_ADDRESS_0, 0, 0, 0, 0xfe),
  ),
  pci(
    'pci-no-ids',
    'PCIe Base Spec 7.5.1.1.1: the vendor is 0xffff, as where no function is',
    withBytes(PCI_VENDOR_ID, 0xff, 0xff),
  ),
  pci(
    'pci-header-type',
    'PCIe Base Spec 7.5.1.1.9: a function with the header of a bridge',
    withBytes(PCI_HEADER_TYPE, 1),
  ),
  pci(
    'pci-capabilities-hidden',
    'PCIe Base Spec 7.5.1.1.4: Capabilities List is clear though there are some',
    withBytes(PCI_STATUS, 0),
  ),
  pci(
    'pci-capabilities-loop',
    'PCIe Base Spec 7.5.1.1.11: the list of capabilities runs in a circle',
    withConfig((config) => ({
      read: (...access) => {
        const served = config.read(...access);
        const first = new DataView(new ArrayBuffer(1));
        void config.read(PCI_CAPABILITY_LIST, first, 0, 1);
        patch(access, first.getUint8(0) + 1, first.getUint8(0));
        return served;
      },
    })),
  ),
  pci(
    'pci-capabilities-dangle',
    'PCIe Base Spec 7.5.1.1.11: the list of capabilities leads into the header',
    withBytes(PCI_CAPABILITY_LIST, 0x10),
  ),
  pci(
    'pci-no-pin',
    'vfio_pci_core.c, vfio_pci_get_irq_count: there is an INTx but no interrupt pin',
    withBytes(PCI_INTERRUPT_PIN, 0),
  ),
  pci(
    'pci-command-stuck',
    'PCIe Base Spec 7.5.1.1.3: memory and bus mastering cannot be switched on',
    withConfig((config) => ({
      write: (...access) => (access[0] === PCI_COMMAND ? access[3] : config.write(...access)),
    })),
  ),
  pci(
    'pci-memory-ignored',
    'region disabled: BAR 0 answers while memory space is switched off',
    class extends PciSpecimen {
      protected override makeRegions(): readonly RegionSlot[] {
        const ranges = this.makeBars()[2];
        const open = new Region({ name: 'bar2', size: 0x2000, ranges });
        return this.pci.regions.map((region, i) => (i === 2 ? open : region));
      }
    },
  ),
  pci(
    'pci-master-ignored',
    'PCIe Base Spec 7.5.1.1.3: a job does its DMA without Bus Master Enable',
    class extends PciSpecimen {
      protected override dma(): Dma {
        return this.services.dma;
      }
    },
  ),
  pci(
    'pci-flr-keeps-job',
    'PCIe Base Spec 6.6.2: a function-level reset does not reach the model',
    class extends PciSpecimen {
      protected override functionReset(): void {
        // Forgotten.
      }
    },
  ),
  pci(
    'pci-flr-does-nothing',
    'PCIe Base Spec 6.6.2: Initiate Function Level Reset is offered and ignored',
    withConfig((config) => ({
      write: (...access) => {
        const [offset, data, at, length] = access;
        const pcie = capabilityAt(config, 0x10);
        const control = pcie + 9 - offset;
        if (control >= 0 && control < length) {
          data.setUint8(at + control, data.getUint8(at + control) & 0x7f);
        }
        return config.write(...access);
      },
    })),
  ),
  pci(
    'pci-flr-throws',
    'PCIe Base Spec 6.6.2: a function-level reset fails',
    class extends PciSpecimen {
      protected override functionReset(): void {
        throw new Error('the seat is taken');
      }
    },
  ),
  pci(
    'pci-msix-beyond-bar',
    'PCIe Base Spec 7.7.2.3: the MSI-X table lies beyond the end of its BAR',
    withConfig((config) => ({
      read: (...access) => {
        const served = config.read(...access);
        patch(access, capabilityAt(config, 0x11) + 5, 0x80);
        return served;
      },
    })),
  ),
  pci(
    'pci-msix-count',
    'VFIO_PCI_MSIX_IRQ_INDEX: config space has another number of vectors than the index',
    withConfig((config) => ({
      read: (...access) => {
        const served = config.read(...access);
        patch(access, capabilityAt(config, 0x11) + 2, 31);
        return served;
      },
    })),
  ),
];

/** Where the capability of an id is; 0 if there is none. */
export function capabilityAt(config: RangeHandler, id: number): number {
  const byte = new DataView(new ArrayBuffer(1));
  const at = (offset: number): number => {
    void config.read(offset, byte, 0, 1);
    return byte.getUint8(0);
  };
  let place = at(PCI_CAPABILITY_LIST);
  while (place !== 0 && at(place) !== id) {
    place = at(place + 1);
  }
  return place;
}
