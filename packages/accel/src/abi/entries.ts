import { pad, struct, u16, u32, u64 } from '@mdevkit/uapi';

/**
 * A job. `source`, `destination` and `auxiliary` are IOVAs of buffers of up to `MAX_TRANSFER` bytes, without
 * alignment; the address of an empty buffer is not looked at. What each opcode takes: see `opcode.ts`.
 */
export const SubmissionEntry = struct('accel_sqe', {
  opcode: u16(0),
  /** Must be 0. */
  flags: u16(2),
  /** Comes back in the completion; the device does not look at it. */
  tag: u32(4),
  source: u64(8),
  destination: u64(16),
  auxiliary: u64(24),
  source_length: u32(32),
  /** Room at the destination. */
  destination_length: u32(36),
  auxiliary_length: u32(40),
  parameter: u32(44),
  /** Must be 0. */
  reserved0: u32(48),
  reserved1: u32(52),
  reserved2: u32(56),
  reserved3: u32(60),
});

/** Bytes of a submission entry. */
export const SUBMISSION_ENTRY_BYTES = 64;

/**
 * The end of a job. The last four bytes are written last, so that an entry whose phase is that of the present
 * pass over the ring is complete.
 */
export const CompletionEntry = struct('accel_cqe', {
  tag: u32(0),
  /** Submission entries that were fetched so far, modulo 2^32. */
  sq_head: u32(4),
  /** Bytes written at the destination. */
  produced: u32(8),
  /** Bytes of the source that were used. */
  consumed: u32(12),
  pad: pad(16, 12),
  /** A value of `Status`. */
  status: u16(28),
  /** Bit 0: phase. */
  flags: u16(30),
});

/** Bytes of a completion entry. */
export const COMPLETION_ENTRY_BYTES = 32;
/** Bytes of a completion entry that are written before the rest. */
export const COMPLETION_BODY_BYTES = 28;

/** The phase bit of a completion entry's flags. */
export const COMPLETION_PHASE = 1 << 0;
