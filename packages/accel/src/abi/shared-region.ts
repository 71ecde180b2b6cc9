import { pad, struct, u32, u53, type StructValue } from '@mdevkit/uapi';

/** Start of the shared region. Little endian, as everything here. */
export const SharedHeader = struct('accel_shared_header', {
  /** `ACCEL_MAGIC`. */
  magic: u32(0),
  version: u32(4),
  queue_count: u32(8),
  /** Where the statistics of queue 0 start, and how far those of queues are apart. */
  statistics_offset: u32(12),
  statistics_stride: u32(16),
  pad: pad(20, 44),
});

/**
 * What the device counts for one queue, from the reset of the device on. The device only writes here: a
 * client that scribbles over the counters sees them right again after the next completion.
 */
export const QueueStatistics = struct('accel_queue_statistics', {
  /** Jobs that ended with status OK, and those with another one. */
  completed: u53(0),
  failed: u53(8),
  /** Bytes of sources and auxiliary data that were read, and of results that were written. */
  bytes_in: u53(16),
  bytes_out: u53(24),
  pad: pad(32, 32),
});

/** {@link QueueStatistics}, decoded. */
export type QueueStatisticsValue = StructValue<typeof QueueStatistics>;

export const STATISTICS_OFFSET = 64;
export const STATISTICS_STRIDE = 64;
