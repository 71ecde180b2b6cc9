import type { ClientCallKind, DeviceApi, DeviceEvent, MdevIdentity } from '@mdevkit/core';

/** A recording is one header, then entries in the order in which things happened. One recording is of one mdev. */
export interface RecordingHeader {
  /** Of the format; {@link RECORDING_VERSION}. */
  readonly version: number;
  readonly mdev: MdevIdentity;
  readonly device: RecordedDevice;
}

export const RECORDING_VERSION = 1;

/** What the model declared. */
export interface RecordedDevice {
  readonly deviceApi: DeviceApi;
  readonly regions: readonly RecordedRegion[];
  readonly irqs: readonly RecordedIrqIndex[];
}

/** One that is in use. */
export interface RecordedRegion {
  readonly index: number;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** VFIO_REGION_INFO_FLAG_*. */
  readonly flags: number;
  /** Where its model names them; ascending. */
  readonly registers?: readonly RecordedRegister[];
}

/** A register by its name, in bytes of its region. */
export interface RecordedRegister {
  readonly name: string;
  readonly offset: number;
  readonly width: number;
}

export interface RecordedIrqIndex {
  readonly index: number;
  readonly name: string;
  readonly count: number;
}

/** Values that go through a recording as they are; addresses beyond 2^53 are bigints. */
export type RecordedValue =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly RecordedValue[]
  | { readonly [name: string]: RecordedValue };

/**
 * What a call of a client carried, by its kind:
 *
 * - read: region, offset, length; its answer is the bytes read
 * - write: region, offset, bytes; its answer is their number
 * - set-irqs: index, flags, start, count, and by the data type `bools` (bytes) or `slots` (`target`, `source`, or a number)
 * - dma-map: iova, size, read, write; what the memory holds shows in the DMA of the device
 * - dma-unmap: iova, size · feature: flags, payload · migration-state: state · mmap: region, offset, length
 * - region-info, irq-info: index · unbind: pasid · quiet: cause · control: client, request · control-close: client
 */
export type RecordedArguments = Readonly<Record<string, RecordedValue>>;

/** What is thrown, without its text. */
export interface RecordedError {
  readonly errno: number;
  /** `EIO`, or '' for what is not an MdevError. */
  readonly code: string;
  readonly reason: string;
}

/** The answer of a call, or what it threw. */
export type RecordedAnswer = { readonly value: RecordedValue } | { readonly error: RecordedError };

/** How a device reaches memory. */
export type RecordedDmaKind = 'read' | 'write' | 'fill' | 'copy' | 'view' | 'request' | 'access';

/**
 * One thing that happened. `time` is milliseconds of the host's clock since the recording began, rounded down to a
 * microsecond. A call and its answer have the same `id`; what lies between them happened meanwhile.
 */
export type RecordingEntry =
  | {
      readonly kind: 'call';
      readonly time: number;
      readonly id: number;
      readonly call: ClientCallKind;
      readonly args: RecordedArguments;
    }
  | {
      readonly kind: 'answer';
      readonly time: number;
      readonly id: number;
      readonly answer: RecordedAnswer;
    }
  | {
      readonly kind: 'irq';
      readonly time: number;
      readonly action: 'trigger' | 'assert' | 'deassert';
      readonly index: number;
      readonly subindex: number;
      /** Whether somebody was signalled. */
      readonly delivered: boolean;
    }
  | {
      readonly kind: 'dma';
      readonly time: number;
      readonly access: RecordedDmaKind;
      readonly pasid: number;
      readonly iova: number | bigint;
      readonly length: number;
      /**
       * Where they passed through: of `read` and `write`, also those of lists, segment by segment, and of a `view` for
       * reading. A `fill` has one, its value.
       */
      readonly bytes?: Uint8Array;
      /** Of a `copy`: where it was read; `iova` is where it went. */
      readonly from?: number | bigint;
      readonly error?: RecordedError;
    }
  | { readonly kind: 'event'; readonly time: number; readonly event: DeviceEvent }
  /** What an object of the control plane reports: `Interposition.objectEvent`. */
  | {
      readonly kind: 'object-event';
      readonly time: number;
      readonly element: bigint;
      readonly type: number;
      readonly bytes: Uint8Array;
    }
  /** The mdev is gone. */
  | { readonly kind: 'end'; readonly time: number };

/** A whole recording. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly entries: readonly RecordingEntry[];
}
