import type { DeviceApi, DeviceModel, Implementation, ModelServices } from '@mdevkit/core';
import { PciFunction, type PciFunctionLayout } from '@mdevkit/pci';
import { doeObjects } from '../control/index.js';
import type { DoeInstanceSpec } from '../feature/index.js';
import { DoeInstances } from '../set/index.js';

/** A function that has DOE Capabilities and nothing else: registers, control plane, life. */
export class DoeFunction implements DeviceModel {
  readonly deviceApi: DeviceApi = 'vfio-pci';
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  readonly objects: readonly Implementation[];
  readonly doe: DoeInstances;

  /** `layout` has a `doeCapability` for each of `instances`. */
  constructor(
    { dma, irqs, clock, logger }: Pick<ModelServices, 'dma' | 'irqs' | 'clock' | 'logger'>,
    layout: PciFunctionLayout,
    instances: readonly DoeInstanceSpec[],
  ) {
    this.doe = new DoeInstances(instances, {
      clock,
      logger,
      vectors: layout.vectors,
      message: (vector) => void pci.message(vector),
    });
    const pci: PciFunction = new PciFunction(layout, {
      irqs,
      dma,
      configHooks: this.doe.configHooks,
      onFunctionLevelReset: () => {
        this.reset();
      },
    });
    this.regions = pci.regions;
    this.irqs = pci.irqs;
    this.objects = doeObjects(this.doe);
  }

  reset(): void {
    this.doe.reset();
  }

  /** What one client has asked is nothing to the next one. */
  close(): void {
    this.doe.reset();
  }

  [Symbol.dispose](): void {
    this.doe[Symbol.dispose]();
  }
}
