import type { Pasid } from '../iommu/dma/dma.js';
import type { IrqIndexSpec } from '../irq/irq-index.js';
import type { Implementation } from '../object/index.js';
import type { Region } from '../region/region.js';
import type { FeatureHandler } from './feature/feature-handler.js';
import type { MigrationModel } from './migration/migration-model.js';

/** The kernel's device_api strings (include/uapi/linux/vfio.h, VFIO_DEVICE_API_*_STRING). */
export type DeviceApi =
  'vfio-pci' | 'vfio-platform' | 'vfio-amba' | 'vfio-ccw' | 'vfio-ap' | 'vfio-cdx';

/** An index that must not be used at all: info and access answer EINVAL (PCI's VGA region). */
export const absent: unique symbol = Symbol('absent');

/**
 * Why a device is asked to become quiet: maps change under it, it is about to be reset (as a whole, or by a write to
 * its config space), its migration state changes, or its client is gone.
 */
export type QuiesceCause =
  'map' | 'unmap' | 'reset' | 'function-reset' | 'migration' | 'disconnect';

/** A region, an unimplemented index (size 0, flags 0), or an absent one. */
export type RegionSlot = Region | undefined | typeof absent;

/**
 * What a device model gives. The core validates every call of a client before it reaches the model, so
 * a handler may rely on its arguments. All members are set by the model before its constructor ends and
 * do not change afterwards.
 *
 * Source: Linux include/linux/vfio.h, struct vfio_device_ops.
 */
export interface DeviceModel {
  readonly deviceApi: DeviceApi;
  /** By VFIO region index. */
  readonly regions: readonly RegionSlot[];
  /** By VFIO irq index. */
  readonly irqs: readonly IrqIndexSpec[];
  readonly features?: readonly FeatureHandler[];
  /** Present if the device can be migrated. */
  readonly migration?: MigrationModel;
  /**
   * What the device does on the control plane, made by `implement`: classes that its driver has declared. One that is
   * missing here is not offered.
   */
  readonly objects?: readonly Implementation[];

  /**
   * A client opens the device, which is in reset state: take the partition of the parent that it needs.
   * An error refuses the open with that error; `close` is not called then.
   */
  open?(): void | Promise<void>;
  /**
   * The client is gone: stop all work and give the partition back. Called once for each successful
   * `open`. Interrupts and DMA maps are already gone. An error is logged; the device is closed all the same.
   */
  close?(): void | Promise<void>;
  /**
   * Back to reset state; present if the device can be reset (VFIO_DEVICE_FLAGS_RESET). Work in flight is
   * abandoned: none of its completions, interrupts or DMA may appear afterwards. Regions have been reset
   * before the call. If it fails the device answers EIO until a reset succeeds or it is opened again.
   */
  reset?(): void | Promise<void>;
  /**
   * The address space behind a PASID that was bound to the device is about to go: finish or abandon the work
   * there. None of its DMA may come after the answer. Present if the device can work with more PASIDs than the
   * one that every open gives it; without it a client's bind is refused.
   */
  drainPasid?(pasid: Pasid): void | Promise<void>;
  /**
   * Stop all DMA and interrupts and keep the state, until {@link DeviceModel.resume}: something is about to be done that
   * must not meet work in flight. It may take time; registers may be accessed meanwhile. A device that throws, or does
   * not answer in time, is cut off: its DMA leads nowhere and it answers EIO until a reset succeeds.
   *
   * Source: vfio-user protocol specification, DMA_UNMAP; PCIe Base Spec 6.6.2.
   */
  quiesce?(cause: QuiesceCause): void | Promise<void>;
  /** What the device became quiet for is over. Called once for each silence, also after one that failed. */
  resume?(): void;
  /** The mdev is removed: release what the constructor acquired. Never called while open. */
  [Symbol.dispose]?(): void;
}

export const DeviceModel: unique symbol = Symbol.for('@mdevkit/core/DeviceModel');
