import type { ReadTarget } from '@mdevkit/core';

/** The server's side of a descriptor object, as the core opens it. */
export interface OpenObject {
  poll(): number;
  onChange(callback: () => void): Disposable;
  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number>;
  ioctl(operation: number, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Destroys the object. Idempotent, and never fails. */
  close(): Promise<void>;
}

/** What the core answers to a call. */
export interface FileAnswer {
  readonly bytes: Uint8Array;
  readonly descriptors: readonly OpenObject[];
}

/** One client of a control plane, as the core keeps it. */
export interface ServedFile {
  /** Bytes of the largest request and reply. */
  readonly maxMessage: number;
  /** `onLate` is called before the answer if a handler goes on after it, with when that uses nothing of the call any more. */
  call(
    bytes: Uint8Array,
    descriptors: readonly (OpenObject | number)[],
    onLate?: (over: Promise<void>) => void,
  ): FileAnswer | Promise<FileAnswer>;
  close(): Promise<void>;
}

/** The control plane of a device. */
export interface ServedPlane {
  /** Undefined for a device whose driver has no name. */
  readonly driverName: string | undefined;
  readonly driverId: number;
  /** Throws while the device is not open. */
  open(): ServedFile;
}
