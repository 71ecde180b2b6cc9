import type { MdevError } from '@mdevkit/core';
import { Status } from '../../abi/index.js';
import { failure, type AccelReason } from '../../errors.js';

/** How a job ended. */
export interface JobResult {
  /** A value of `Status`. */
  readonly status: number;
  /**
   * The result: the caller's own copy, or, for a job in a buffer, a window of the buffer's output. Empty
   * unless the status is OK.
   */
  readonly output: Uint8Array;
  /** Bytes of the input that were used; fewer than given when something follows a zlib stream. */
  readonly consumed: number;
  /** What {@link outputOf} throws; undefined if the status is OK. */
  readonly error: MdevError | undefined;
}

const reasons = new Map<number, AccelReason>([
  [Status.BAD_OPCODE, 'accel.bad-opcode'],
  [Status.BAD_DESCRIPTOR, 'accel.bad-descriptor'],
  [Status.DMA_FAULT, 'accel.dma-fault'],
  [Status.DESTINATION_TOO_SMALL, 'accel.output-too-small'],
  [Status.DATA_ERROR, 'accel.data'],
  [Status.AUTHENTICATION, 'accel.authentication'],
]);

/** The error of a status, `accel.device-error` for those that nobody knows; undefined for OK. */
export function statusError(status: number): MdevError | undefined {
  if (status === Status.OK) {
    return undefined;
  }
  return failure(reasons.get(status) ?? 'accel.device-error', { status });
}

/** The output of a job that went well. Throws `error` of the others. */
export function outputOf(result: JobResult): Uint8Array {
  if (result.error !== undefined) {
    throw result.error;
  }
  return result.output;
}
