import { s32, struct, tail, u32, u64, u8 } from '../../codec/index.js';

/**
 * Optional features of a device: VFIO_DEVICE_FEATURE. Structs that belong to migration and to
 * logging are with those.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flags of {@link VfioDeviceFeature}: the feature in the low 16 bits, then what to do with it. */
export const VFIO_DEVICE_FEATURE_MASK = 0xffff;
export const VFIO_DEVICE_FEATURE_GET = 1 << 16;
export const VFIO_DEVICE_FEATURE_SET = 1 << 17;
export const VFIO_DEVICE_FEATURE_PROBE = 1 << 18;

/** Argument of VFIO_DEVICE_FEATURE; `data` is the struct of the feature. */
export const VfioDeviceFeature = struct('vfio_device_feature', {
  argsz: u32(0),
  flags: u32(4),
  data: tail(8, u8),
});

/** The features. */
export const VFIO_DEVICE_FEATURE_PCI_VF_TOKEN = 0;
export const VFIO_DEVICE_FEATURE_MIGRATION = 1;
export const VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE = 2;
export const VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY = 3;
export const VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP = 4;
export const VFIO_DEVICE_FEATURE_LOW_POWER_EXIT = 5;
export const VFIO_DEVICE_FEATURE_DMA_LOGGING_START = 6;
export const VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP = 7;
export const VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT = 8;
export const VFIO_DEVICE_FEATURE_MIG_DATA_SIZE = 9;
export const VFIO_DEVICE_FEATURE_BUS_MASTER = 10;
export const VFIO_DEVICE_FEATURE_DMA_BUF = 11;
export const VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2 = 12;

/** Data of LOW_POWER_ENTRY_WITH_WAKEUP: the eventfd to signal when the device wakes up. */
export const VfioDeviceLowPowerEntryWithWakeup = struct('vfio_device_low_power_entry_with_wakeup', {
  wakeup_eventfd: s32(0),
  reserved: u32(4),
});

/** Values of `op` in {@link VfioDeviceFeatureBusMaster}. */
export const VFIO_DEVICE_FEATURE_CLEAR_MASTER = 0;
export const VFIO_DEVICE_FEATURE_SET_MASTER = 1;

/** Data of BUS_MASTER, for buses that cannot switch DMA by themselves. */
export const VfioDeviceFeatureBusMaster = struct('vfio_device_feature_bus_master', { op: u32(0) });

/** A part of a region to export, in bytes. */
export const VfioRegionDmaRange = struct('vfio_region_dma_range', {
  offset: u64(0),
  length: u64(8),
});

/** Data of DMA_BUF: which parts of which region; `open_flags` as for open(2). */
export const VfioDeviceFeatureDmaBuf = struct('vfio_device_feature_dma_buf', {
  region_index: u32(0),
  open_flags: u32(4),
  flags: u32(8),
  nr_ranges: u32(12),
  dma_ranges: tail(16, VfioRegionDmaRange),
});
