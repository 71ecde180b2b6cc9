import type { DeviceEvent } from '../event/index.js';
import type { Iova, Pasid } from '../iommu/dma/dma.js';
import type { MemoryObject } from '../iommu/memory/index.js';
import type { AddressSpace } from '../iommu/space/index.js';
import type { IrqSource, IrqTarget } from '../irq/target.js';
import type { Control } from '../object/index.js';
import type { MigrationData } from './migration/migration-data.js';

/** struct vfio_device_info, without its sizes and offsets. */
export interface DeviceInfo {
  /** VFIO_DEVICE_FLAGS_*. */
  readonly flags: number;
  readonly numRegions: number;
  readonly numIrqs: number;
}

export interface MmapArea {
  readonly offset: number;
  readonly size: number;
}

/** The capability chain of a region, decoded. */
export type RegionCapability =
  | { readonly kind: 'sparse-mmap'; readonly areas: readonly MmapArea[] }
  | { readonly kind: 'type'; readonly type: number; readonly subtype: number }
  | { readonly kind: 'msix-mappable' };

/** struct vfio_region_info. */
export interface RegionInfo {
  readonly index: number;
  /** VFIO_REGION_INFO_FLAG_*. */
  readonly flags: number;
  /** Bytes; 0 for an unimplemented region. */
  readonly size: number;
  /** Where the region starts in a file that holds all of them (`index << 40`). */
  readonly offset: number;
  readonly capabilities: readonly RegionCapability[];
}

/** struct vfio_irq_info. */
export interface IrqInfo {
  readonly index: number;
  /** VFIO_IRQ_INFO_*. */
  readonly flags: number;
  readonly count: number;
}

/**
 * One slot of SET_IRQS with VFIO_IRQ_SET_DATA_EVENTFD: a target to signal (TRIGGER) or a source that
 * unmasks (UNMASK). A number stands for a descriptor that is neither: -1 unbinds the slot, a lower
 * one is refused where the kernel refuses it, 0 or more is a bad descriptor (EBADF).
 */
export type IrqSlot = IrqTarget | IrqSource | number;

/** struct vfio_irq_set with its payload. */
export interface SetIrqs {
  readonly index: number;
  /** One VFIO_IRQ_SET_DATA_* and one VFIO_IRQ_SET_ACTION_*. */
  readonly flags: number;
  readonly start: number;
  readonly count: number;
  /** For DATA_BOOL: `count` bytes, 0 or not 0. */
  readonly bools?: Uint8Array;
  /** For DATA_EVENTFD: `count` slots. */
  readonly slots?: readonly IrqSlot[];
}

/** Memory that a client lends to the device. */
export interface DmaMap {
  readonly iova: Iova;
  /** Bytes of this process, or an object that stands for shared memory or a file. */
  readonly memory: Uint8Array | MemoryObject;
  /** Where the map starts in the memory, in bytes; 0 by default. */
  readonly offset?: number;
  /** Bytes; by default all of the memory from `offset`. */
  readonly size?: number;
  /** What the device may do; both by default. */
  readonly read?: boolean;
  readonly write?: boolean;
}

/** A further address space that a device works in. Ends with the device's close at the latest. */
export interface PasidBinding extends AsyncDisposable {
  /** What the client tells the device (in a register or a descriptor) for work in that space. */
  readonly pasid: Pasid;
  /** The same PASID leads to another space from now on; the old one stays if that fails. */
  replace(space: AddressSpace): Promise<void>;
  /**
   * Ends it: the device finishes or abandons its work there, and reaches nothing through the PASID afterwards.
   * One that does not answer in time is cut off. Idempotent.
   */
  unbind(): Promise<void>;
}

/** Part of a region, mapped into the caller. Disposing it unmaps. */
export interface Mapping extends Disposable {
  /** The device's own memory. Throws ENODEV once the device was revoked, EBADF once it was unmapped. */
  readonly bytes: Uint8Array;
}

/** The result of a feature call; `data` for GET, empty otherwise. */
export interface FeatureReply {
  readonly data: Uint8Array;
}

/**
 * A device in the hands of one client: the same interface in process, over vfio-user and on the kernel's
 * VFIO. Obtained open; every method rejects with an MdevError whose errno is the one Linux gives in the
 * same situation, EBADF after {@link Device.close} and ENODEV once the device was revoked.
 *
 * Source: Linux include/uapi/linux/vfio.h.
 */
export interface Device extends AsyncDisposable {
  info(): Promise<DeviceInfo>;
  regionInfo(index: number): Promise<RegionInfo>;
  irqInfo(index: number): Promise<IrqInfo>;
  /** 0, or the number of vectors that exist when fewer than wanted could be enabled. */
  setIrqs(request: SetIrqs): Promise<number>;
  /** Reads into all of `into`. Returns the bytes read, fewer at the end of the region. */
  read(region: number, offset: number, into: Uint8Array): Promise<number>;
  /** Writes all of `from`. Returns the bytes written, fewer at the end of the region. */
  write(region: number, offset: number, from: Uint8Array): Promise<number>;
  mmap(region: number, offset: number, length: number): Promise<Mapping>;
  reset(): Promise<void>;
  /**
   * VFIO_DEVICE_FEATURE. `flags` is the feature id with GET, SET and PROBE bits; `payload` is what follows
   * the header: the data of a SET, and for a GET the room that there is for the answer.
   */
  feature(flags: number, payload: Uint8Array): Promise<FeatureReply>;
  /**
   * VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE as a call: goes to a VFIO_DEVICE_STATE_* and returns the data
   * session that the last step opened, if it opened one.
   */
  setMigrationState(state: number): Promise<MigrationData | undefined>;
  migrationState(): Promise<number>;
  dmaMap(map: DmaMap): Promise<void>;
  /** Returns the bytes unmapped, 0 for a hole (type1 v2). */
  dmaUnmap(iova: Iova, size: number): Promise<number>;
  /**
   * Lets the device work in another address space as well, under a PASID of its own: one that several devices
   * share, or a process's own (SVA). EOPNOTSUPP where the device, or the way to it, knows no PASIDs.
   *
   * Source: Linux include/uapi/linux/vfio.h, VFIO_DEVICE_ATTACH_PASID; drivers/iommu/iommu-sva.c.
   */
  bind(space: AddressSpace): Promise<PasidBinding>;
  /**
   * Opens the control plane: a table of objects of one's own, apart from that of every other caller. It ends with the
   * device's close at the latest. EOPNOTSUPP where the way to the device carries none.
   */
  control(): Promise<Control>;
  /** Events until the device is closed or revoked. */
  events(): AsyncIterableIterator<DeviceEvent, undefined>;
  /** Gives the device back. Idempotent. */
  close(): Promise<void>;
}
