import { registerLayout } from '@mdevkit/core';
import { struct, u32, u64 } from '@mdevkit/uapi';

/** A job, as the client puts it into memory that it has mapped for the device. */
export const CopyDescriptor = struct('copy_descriptor', {
  source: u64(0),
  target: u64(8),
  length: u32(16),
  /** The device writes it: one of the values below. */
  status: u32(20),
});

export const STATUS_DONE = 1;
export const STATUS_FAULT = 2;
export const STATUS_TOO_LONG = 3;

/** Bytes that one job copies at the most. */
export const MAX_LENGTH = 0x10000;

/**
 * Where the job lies, and the doorbell that starts it. Two registers, because a client may write 8 bytes in
 * two halves: a doorbell is never wider than what every client writes at once.
 */
export const copyRegisters = registerLayout('copy', 0x10, [
  { name: 'JOB', offset: 0x0, width: 8, access: 'rw' },
  { name: 'DOORBELL', offset: 0x8, width: 4, access: 'wo' },
]);
