import type { ContainerModule } from 'inversify';
import type { DeviceApi } from '../device/index.js';
import type { ParentIommuOptions } from '../iommu/index.js';
import type { MdevTypeSpec } from '../mdev/mdev-type.js';
import type { AnyObjectClass } from '../object/index.js';

/** A parent that a driver brings: a device, real or simulated, that it can slice. */
export interface ParentSpec {
  /** Unique in the host, for example `accel0`. */
  readonly name: string;
  /** Units that its mdevs share, 1 or more; see `units` of the types. */
  readonly capacity: number;
  /** The memory node it is attached to, if that is known. */
  readonly numaNode?: number;
  /** What its IOMMU can do; 20 bits of PASID, every page size and the whole address space without it. */
  readonly iommu?: ParentIommuOptions;
  /** Services for its mdevs to inject: made when the parent is registered, and as long-lived as it. */
  readonly module?: ContainerModule;
}

/**
 * What a driver contributes. Its package's ContainerModule binds it under this token; the host validates it
 * and registers its parents. All members are set by the driver and do not change.
 *
 * Source: Linux include/linux/mdev.h, struct mdev_driver.
 */
export interface MediatingDriver {
  /** Unique in the host; letters, digits, `_` and `-`. The first part of every type id. */
  readonly name: string;
  readonly deviceApi: DeviceApi;
  /** At least one. */
  readonly types: readonly MdevTypeSpec[];
  readonly parents: readonly ParentSpec[];
  /**
   * What its devices offer on the control plane beside what every device does, as declared by `objectClass` and
   * `fdObjectClass`. Merged with the core's and validated when the driver is loaded; a model then gives what it can do by
   * `DeviceModel.objects`.
   */
  readonly objects?: readonly AnyObjectClass[];
  /**
   * Loaded into the container of every new mdev; binds `DeviceModel`. The model may inject what that
   * container holds (`Dma`, `Irqs`, `DeviceEvents`, `Clock`, `Logger`, `MdevIdentity`, `Scope`) and the services
   * of its parent. An error of the model's constructor fails the creation with that error.
   */
  readonly mdevModule: ContainerModule;
}

export const MediatingDriver: unique symbol = Symbol.for('@mdevkit/core/MediatingDriver');
