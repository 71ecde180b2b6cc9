import { s32, struct, u32, u64 } from '../../codec/index.js';

/**
 * Moving a device's state to another host: states, and the structs of the migration features.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flags of {@link VfioDeviceFeatureMigration}; STOP_COPY is always set. */
export const VFIO_MIGRATION_STOP_COPY = 1 << 0;
export const VFIO_MIGRATION_P2P = 1 << 1;
export const VFIO_MIGRATION_PRE_COPY = 1 << 2;

/** Data of VFIO_DEVICE_FEATURE_MIGRATION: which optional states there are. */
export const VfioDeviceFeatureMigration = struct('vfio_device_feature_migration', {
  flags: u64(0),
});

/** `enum vfio_device_mig_state`; ERROR is left by a reset alone and cannot be asked for. */
export const VFIO_DEVICE_STATE_ERROR = 0;
export const VFIO_DEVICE_STATE_STOP = 1;
export const VFIO_DEVICE_STATE_RUNNING = 2;
export const VFIO_DEVICE_STATE_STOP_COPY = 3;
export const VFIO_DEVICE_STATE_RESUMING = 4;
export const VFIO_DEVICE_STATE_RUNNING_P2P = 5;
export const VFIO_DEVICE_STATE_PRE_COPY = 6;
export const VFIO_DEVICE_STATE_PRE_COPY_P2P = 7;

/** Data of VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE; `data_fd` is -1 where no transfer begins. */
export const VfioDeviceFeatureMigState = struct('vfio_device_feature_mig_state', {
  device_state: u32(0),
  data_fd: s32(4),
});

/** Data of VFIO_DEVICE_FEATURE_MIG_DATA_SIZE: an estimate in bytes. */
export const VfioDeviceFeatureMigDataSize = struct('vfio_device_feature_mig_data_size', {
  stop_copy_length: u64(0),
});

/**
 * Flag of {@link VfioPrecopyInfo}: there is new initial data. Means nothing before the user has
 * set VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2.
 */
export const VFIO_PRECOPY_INFO_REINIT = 1 << 0;

/** Answer of VFIO_MIG_GET_PRECOPY_INFO: estimates of what is left to read, in bytes. */
export const VfioPrecopyInfo = struct('vfio_precopy_info', {
  argsz: u32(0),
  flags: u32(4),
  initial_bytes: u64(8),
  dirty_bytes: u64(16),
});
