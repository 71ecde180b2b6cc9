import type { DeviceApi } from '../device/index.js';

/** A kind of mdev, as a driver declares it. All fields are set by the driver. */
export interface MdevTypeSpec {
  /** Unique in the driver, for example `2q`. The full id is `<driver>-<id>`, as in sysfs. */
  readonly id: string;
  /** For people; the full id without it. */
  readonly name?: string;
  readonly description?: string;
  /** How much of its parent's capacity one mdev of this type takes; 1 without it. */
  readonly units?: number;
  /** What the device computes, for example `deflate`; a library looks devices up by it. */
  readonly algorithms?: readonly string[];
  /** Whatever else a user may want to know before creating one. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/**
 * A type of one parent, as a user sees it.
 * Source: Linux Documentation/ABI/testing/sysfs-bus-vfio-mdev, mdev_supported_types.
 */
export interface MdevType {
  /** `<driver>-<id>`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly deviceApi: DeviceApi;
  /** The parent's name. */
  readonly parent: string;
  /** How many more could be created now. */
  readonly availableInstances: number;
  /** The memory node that the parent is attached to, if that is known. */
  readonly numaNode: number | undefined;
  readonly algorithms: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}
