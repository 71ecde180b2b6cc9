import type {
  DeviceApi,
  DeviceModel,
  Implementation,
  ModelServices,
  QuiesceCause,
} from '@mdevkit/core';
import { PciFunction, type PciFunctionLayout } from '@mdevkit/pci';
import { doeObjects } from '../control/index.js';
import type { DoeInstanceSpec } from '../feature/index.js';
import { DoeInstances } from '../set/index.js';
import { checkInstances } from './check-instances.js';

/** A function that has DOE Capabilities and nothing else: registers, control plane, life. */
export class DoeFunction implements DeviceModel {
  readonly deviceApi: DeviceApi = 'vfio-pci';
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  readonly objects: readonly Implementation[];
  readonly doe: DoeInstances;

  /**
   * `layout` has a `doeCapability` for each of `instances`, and no others.
   *
   * @throws RangeError if it has not, or for instances that cannot be; the features of a set that could be made are disposed
   */
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
    let pci: PciFunction;
    try {
      checkInstances(layout, instances);
      pci = new PciFunction(layout, {
        irqs,
        dma,
        configHooks: this.doe.configHooks,
        onFunctionLevelReset: () => {
          this.reset();
        },
      });
    } catch (error) {
      this.doe[Symbol.dispose]();
      throw error;
    }
    this.regions = pci.regions;
    this.irqs = pci.irqs;
    this.objects = doeObjects(this.doe);
  }

  reset(): void {
    this.doe.reset();
  }

  /** A client behind a transport may go without a close. */
  quiesce(cause: QuiesceCause): void {
    this.doe.quiesce(cause);
  }

  /** What one client has asked is nothing to the next one. */
  close(): void {
    this.doe.reset();
  }

  [Symbol.dispose](): void {
    this.doe[Symbol.dispose]();
  }
}
