import type { StatusCode } from '../../abi/index.js';

/**
 * What an algorithm works on. The bytes are the device's own copy; they do not change until the promise of the
 * run settles, and hold something else afterwards.
 */
export interface AlgorithmJob {
  readonly input: Uint8Array;
  readonly auxiliary: Uint8Array;
  readonly parameter: number;
  /** Room at the destination; a longer result is `DESTINATION_TOO_SMALL` and must not exhaust memory. */
  readonly outputLimit: number;
}

export interface AlgorithmResult {
  readonly status: StatusCode;
  /** At most `outputLimit` bytes; empty unless the status is OK. */
  readonly output: Uint8Array;
  /** Bytes of the input that were used. */
  readonly consumed: number;
}

/**
 * Something that the accelerator computes. Multi-injected: a parent offers all that are bound in its
 * container. A rejected promise ends the job with `DEVICE_ERROR`; what is wrong with the data is a status.
 */
export interface Algorithm {
  /** As listed by the mdev types, for example `deflate`. */
  readonly name: string;
  /** 0 .. 31, unique among the algorithms of a parent. */
  readonly opcode: number;
  run(job: AlgorithmJob): Promise<AlgorithmResult>;
}

export const Algorithm: unique symbol = Symbol.for('@mdevkit/accel/Algorithm');

/** Up to this many bytes computing at once costs less than handing the work to a thread. */
export const INLINE_BYTES = 16_384;
