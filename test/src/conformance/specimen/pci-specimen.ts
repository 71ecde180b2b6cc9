import {
  Region,
  type DeviceModel,
  type Dma,
  type RegionRange,
  type RegionSlot,
} from '@mdevkit/core';
import {
  msi,
  msix,
  pcieEndpoint,
  PciFunction,
  pciLayout,
  powerManagement,
  vendorCapability,
  type PciFunctionLayout,
  type PciFunctionSpec,
} from '@mdevkit/pci';
import { specimenRegisters, VECTORS } from './registers.js';
import { Specimen, type SpecimenServices } from './specimen.js';

export const specimenFunction: PciFunctionSpec = {
  vendorId: 0x6d64,
  deviceId: 0x5bec,
  classCode: 0x120000,
  interruptPin: 1,
  bars: { 0: { size: 0x4000 }, 2: { size: 0x2000, kind: 'memory64' } },
  capabilities: [
    pcieEndpoint(),
    powerManagement({ noSoftReset: false }),
    msi({ vectors: VECTORS, maskable: true }),
    msix({ vectors: VECTORS, table: { bar: 0, offset: 0x2000 }, pba: { bar: 0, offset: 0x3000 } }),
    vendorCapability({ id: 0x5bec, version: 1, payload: Uint8Array.of(VECTORS) }),
  ],
};

const specimenLayout = pciLayout(specimenFunction);

/** The specimen as a PCI function: registers and MSI-X in BAR 0, memory in BAR 2. */
export class PciSpecimen extends Specimen {
  readonly deviceApi = 'vfio-pci';
  readonly regions: readonly RegionSlot[];
  readonly irqs: DeviceModel['irqs'];
  protected readonly pci: PciFunction;

  constructor(services: SpecimenServices) {
    super(services);
    this.pci = this.makeFunction(services);
    this.regions = this.makeRegions();
    this.irqs = this.pci.irqs;
  }

  protected makeFunction({ irqs, dma }: SpecimenServices): PciFunction {
    return new PciFunction(this.layout(), {
      irqs,
      dma,
      bars: this.makeBars(),
      quiesce: () => this.quiesce(),
      resume: () => {
        this.resume();
      },
      onFunctionLevelReset: () => this.functionReset(),
    });
  }

  protected layout(): PciFunctionLayout {
    return specimenLayout;
  }

  protected makeBars(): Record<0 | 2, readonly RegionRange[]> {
    const { size } = specimenRegisters;
    return {
      0: [{ kind: 'trapped', offset: 0, size, handler: this.registers }],
      2: [{ kind: 'memory', offset: 0, memory: this.memory, mmap: true }],
    };
  }

  protected makeRegions(): readonly RegionSlot[] {
    return this.pci.regions;
  }

  protected functionReset(): void | Promise<void> {
    return this.reset();
  }

  protected dma(): Dma {
    return this.pci.dma;
  }

  protected done(vector: number): void {
    this.pci.interrupt(Math.min(vector, VECTORS - 1));
  }

  protected failed(): void {
    // A function without AER has its status and its message to say so.
  }

  protected line(raised: boolean): void {
    if (raised) {
      this.pci.interrupt(0);
    } else {
      this.pci.clearInterrupt();
    }
  }
}

/** The CONFIG region with a handler of its own, for a function that does not leave it to the library. */
export function configRegionOf(
  handler: Extract<RegionRange, { kind: 'trapped' }>['handler'],
): Region {
  const size = specimenLayout.configSize;
  return new Region({
    name: 'config',
    size,
    bounds: 'fault',
    ranges: [{ kind: 'trapped', offset: 0, size, handler }],
  });
}
