/** Most queues that one device has. */
export const MAX_QUEUES = 4;

/** BAR 0: control registers, global ones first, then a block of 256 bytes for each queue. */
export const CONTROL_BAR = 0;
export const CONTROL_BAR_SIZE = 0x2000;
export const QUEUE_OFFSET = 0x1000;
export const QUEUE_STRIDE = 0x100;

/** BAR 1: table and pending bits of MSI-X. */
export const MSIX_BAR = 1;
export const MSIX_BAR_SIZE = 0x1000;
export const MSIX_PBA_OFFSET = 0x800;

/**
 * BAR 2 (64 bits): a page of doorbells for each queue, so that a queue can be given to a process of its own,
 * as the MMIO region of a uacce queue can (Linux Documentation/misc-devices/uacce.rst).
 */
export const DOORBELL_BAR = 2;
export const DOORBELL_STRIDE = 0x1000;
/** In the page, 4 bytes each; other sizes are ignored. The value is a free-running counter. */
export const DOORBELL_SUBMISSION_TAIL = 0;
export const DOORBELL_COMPLETION_HEAD = 4;
export const DOORBELL_BYTES = 8;

/** BAR 4 (64 bits): memory that device and user share, as the DUS region of uacce. See `shared-region.ts`. */
export const SHARED_BAR = 4;
export const SHARED_SIZE = 0x1_0000;

/** Logarithms of the smallest and the largest number of entries of a ring. */
export const MIN_DEPTH_LOG2 = 1;
export const MAX_DEPTH_LOG2 = 12;

/** Bytes that each buffer of a job may have, at the most. */
export const MAX_TRANSFER = 0x100_0000;
