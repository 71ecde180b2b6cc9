import type { AllocateMemory, Clock, Control } from '@mdevkit/core';

/** Everything has a default. */
export interface FlashOptions {
  /** The control plane of the device, if it comes another way; the caller closes it. `device.control()` by default. */
  readonly control?: Control;
  /** First I/O virtual address that may be used, a multiple of 4096; 4 GiB by default. */
  readonly iova?: number;
  /** How many there are from there on; 64 GiB by default. */
  readonly iovaBytes?: number;
  /**
   * Where memory for the device comes from; memory of the process by default. A device in another process is given the
   * descriptor of memory that has one, and has to ask for each byte of any other by messages.
   */
  readonly allocateMemory?: AllocateMemory;
  readonly clock?: Clock;
}

export const DEFAULT_IOVA = 2 ** 32;
export const DEFAULT_IOVA_BYTES = 2 ** 36;

/** Memory of the process. */
export function allocateInProcess(bytes: number): Uint8Array {
  return new Uint8Array(bytes);
}
