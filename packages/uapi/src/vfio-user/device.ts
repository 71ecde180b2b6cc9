import { struct, tail, u32, u64 } from '../codec/index.js';
import { VfioDeviceFeatureDmaLoggingRange } from '../linux/vfio/dma-logging.js';

/**
 * Structs of the device commands that are not those of the kernel. The kernel's serve for the rest:
 * VfioRegionInfo and its capabilities, VfioIrqInfo, VfioIrqSet, VfioDeviceFeature,
 * VfioDeviceFeatureMigration and VfioDeviceFeatureMigState.
 *
 * Source: `docs/interop/vfio-user.rst` of QEMU.
 */

/** Request and reply of VFIO_USER_DEVICE_GET_INFO: VfioDeviceInfo without capabilities. */
export const VfioUserDeviceInfo = struct('vfio_user_device_info', {
  argsz: u32(0),
  flags: u32(4),
  num_regions: u32(8),
  num_irqs: u32(12),
});

/** Data of DMA_LOGGING_START and DMA_LOGGING_STOP: the ranges themselves, where the kernel has a pointer. */
export const VfioUserDeviceFeatureDmaLoggingControl = struct(
  'vfio_user_device_feature_dma_logging_control',
  {
    page_size: u64(0),
    num_ranges: u32(8),
    reserved: u32(12),
    ranges: tail(16, VfioDeviceFeatureDmaLoggingRange),
  },
);

/** Data of DMA_LOGGING_REPORT. `bitmap` is in the reply alone; bit n is the page n after `iova`. */
export const VfioUserDeviceFeatureDmaLoggingReport = struct(
  'vfio_user_device_feature_dma_logging_report',
  { iova: u64(0), length: u64(8), page_size: u64(16), bitmap: tail(24, u64) },
);
