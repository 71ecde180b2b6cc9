import { struct, u32, u64 } from '../../codec/index.js';

/**
 * Logging which memory a device writes to: the structs of the DMA_LOGGING features. Addresses and
 * lengths are in bytes.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Data of DMA_LOGGING_START; `ranges` is the user address of {@link VfioDeviceFeatureDmaLoggingRange}s. */
export const VfioDeviceFeatureDmaLoggingControl = struct(
  'vfio_device_feature_dma_logging_control',
  { page_size: u64(0), num_ranges: u32(8), __reserved: u32(12), ranges: u64(16) },
);

/** A range to log. */
export const VfioDeviceFeatureDmaLoggingRange = struct('vfio_device_feature_dma_logging_range', {
  iova: u64(0),
  length: u64(8),
});

/** Data of DMA_LOGGING_REPORT; `bitmap` is the user address of 64-bit words, a bit for a page. */
export const VfioDeviceFeatureDmaLoggingReport = struct('vfio_device_feature_dma_logging_report', {
  iova: u64(0),
  length: u64(8),
  page_size: u64(16),
  bitmap: u64(24),
});
