import type {
  DeviceApi,
  DeviceModel,
  Implementation,
  ModelServices,
  QuiesceCause,
} from '@mdevkit/core';
import { PciFunction, type PciFunctionLayout, type PciFunctionServices } from '@mdevkit/pci';
import { doeObjects } from '../control/index.js';
import type { DoeInstanceSpec, DoeLimits } from '../feature/index.js';
import { DoeInstances } from '../set/index.js';
import { checkInstances } from './check-instances.js';

/** What a function is given. */
export interface DoeFunctionServices extends Pick<
  ModelServices,
  'dma' | 'irqs' | 'clock' | 'logger'
> {
  readonly limits?: Partial<DoeLimits>;
}

/**
 * A function with DOE Capabilities: config space, control plane, life. What has registers besides extends it, gives `bars`, and
 * overrides {@link reset}.
 */
export class DoeFunction implements DeviceModel, Disposable {
  readonly deviceApi: DeviceApi = 'vfio-pci';
  readonly regions: DeviceModel['regions'];
  readonly irqs: DeviceModel['irqs'];
  /** Grants of features. */
  readonly objects: readonly Implementation[];
  readonly pci: PciFunction;
  readonly doe: DoeInstances;

  /**
   * `layout` has a `doeCapability` for each of `instances`, and no others.
   *
   * @throws RangeError if it has not, or for instances that cannot be; the features of a set that could be made are disposed
   */
  constructor(
    { dma, irqs, clock, logger, limits = {} }: DoeFunctionServices,
    layout: PciFunctionLayout,
    instances: readonly DoeInstanceSpec[],
    bars: NonNullable<PciFunctionServices['bars']> = {},
  ) {
    this.doe = new DoeInstances(instances, {
      clock,
      logger,
      limits,
      vectors: layout.vectors,
      message: (vector) => void this.pci.message(vector),
    });
    try {
      checkInstances(layout, instances);
      this.pci = new PciFunction(layout, {
        irqs,
        dma,
        bars,
        configHooks: this.doe.configHooks,
        onFunctionLevelReset: () => {
          this.reset();
        },
      });
    } catch (error) {
      this.doe[Symbol.dispose]();
      throw error;
    }
    this.regions = this.pci.regions;
    this.irqs = this.pci.irqs;
    this.objects = doeObjects(this.doe);
  }

  /** Registers of config space have been reset by then. */
  reset(): void {
    this.doe.reset();
  }

  /**
   * The client behind a transport may go without a close. The next one finds the registers as they are, but nothing of what was
   * asked through the DOE Capabilities: responses and sessions are the former's own.
   *
   * Source: vfio-user protocol specification, Disconnection and reconnect; own rule.
   */
  quiesce(cause: QuiesceCause): void {
    this.doe.quiesce(cause);
  }

  /** What one client has asked is nothing to the next one. */
  close(): void {
    this.reset();
  }

  [Symbol.dispose](): void {
    this.doe[Symbol.dispose]();
  }
}
